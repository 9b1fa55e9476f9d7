---
-- Shared by all Tripline scripts: bounded reading, stable text, fixed answers.
--
-- Every read has a byte cap and a total deadline of its own. nmap looks at its timeouts between events only, and a
-- peer that never stops sending produces one event after the other.
--
-- @author Tripline
-- @license Simplified (2-clause) BSD license--See https://nmap.org/svn/docs/licenses/BSD-simplified

local nmap = require "nmap"
local stdnse = require "stdnse"
local string = require "string"
local table = require "table"
local unittest = require "unittest"

_ENV = stdnse.module("tripline", stdnse.seeall)

--- Most bytes any script reads from one port.
MAX_BYTES = 65536
--- Most milliseconds any script spends on one port.
MAX_MS = 5000

--- The answer of a script that asked and got no usable reply. Reasons are a closed list.
local ERRORS = { timeout = true, refused = true, oversized = true }

--- A table whose first key is the schema number; further keys keep the order in which they are set.
-- @param schema number of the output's meaning; rises when a key changes its meaning
function answer(schema)
  local out = stdnse.output_table()
  out.schema = schema
  return out
end

--- @param reason one of timeout, refused, oversized
function failure(schema, reason)
  assert(ERRORS[reason], "reason outside the closed list")
  local out = answer(schema)
  out.error = reason
  return out
end

--- SHA-256 as lower-case hex, or nil where nmap was built without OpenSSL.
function sha256(data)
  local there, openssl = pcall(require, "openssl")
  if not there then return nil end
  return stdnse.tohex(openssl.digest("sha256", data))
end

--- Connects and reads what the server says by itself.
-- @param options first_ms: wait for the first byte; idle_ms: silence that ends the greeting;
--                max_bytes, max_ms: at most MAX_BYTES and MAX_MS
-- @return the bytes, possibly empty, and whether the cap cut them; or nil and a reason for failure()
function read_greeting(host, port, options)
  local max_bytes = math.min(options.max_bytes or MAX_BYTES, MAX_BYTES)
  local ends = nmap.clock_ms() + math.min(options.max_ms or MAX_MS, MAX_MS)
  local socket = nmap.new_socket()
  socket:set_timeout(options.first_ms)
  local connected, problem = socket:connect(host, port, "tcp")
  if not connected then
    socket:close()
    return nil, problem == "TIMEOUT" and "timeout" or "refused"
  end
  local parts, length = {}, 0
  local status, data
  repeat
    status, data = socket:receive()
    if status then
      parts[#parts + 1] = data
      length = length + #data
      socket:set_timeout(options.idle_ms)
    end
  until not status or length >= max_bytes or nmap.clock_ms() >= ends
  socket:close()
  -- A reset may also show while connecting: both are one answer, or it would flap.
  if length == 0 and data ~= "TIMEOUT" and data ~= "EOF" then return nil, "refused" end
  return table.concat(parts):sub(1, max_bytes), length >= max_bytes
end

local MONTH = "%a%a%a"
local CLOCK = "%d%d?:%d%d:%d%d"

-- Order matters: long forms before their parts. Each is a Lua pattern and its replacement.
local VOLATILE = {
  { "<[%w.%-_]+@[%w.%-_]+>", "<nonce>" }, -- POP3 APOP
  { "%d%d%d%d%-%d%d%-%d%d[T ]" .. CLOCK .. "[%d.]*Z?", "<time>" },
  { "%a%a%a,? %d%d? " .. MONTH .. " %d%d%d%d " .. CLOCK, "<time>" },
  { "%a%a%a " .. MONTH .. " +%d%d? " .. CLOCK .. " %d%d%d%d", "<time>" },
  { MONTH .. " +%d%d? " .. CLOCK, "<time>" },
  { "%d%d? " .. MONTH .. " %d%d%d%d", "<date>" },
  { "%d%d%d%d%-%d%d%-%d%d", "<date>" },
  { CLOCK, "<time>" },
  { "(<time>) ?[+-]%d%d:?%d%d", "%1" },
  { "(<time>) ?%(%u+%)", "%1" },
  { "(<time>) [AP]M", "%1" },
  { "%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-" .. ("%x"):rep(12), "<id>" },
  { ("%x"):rep(16) .. "%x*", "<id>" },
  { "[%[(]%d+%.%d+%.%d+%.%d+[%])]", "<address>" },
  { ("%d"):rep(9) .. "%d*", "<number>" },
  { "([Pp][Ii][Dd][ =:]?)%d+", "%1<number>" },
  { "([Cc]onnection [#id=]*)%d+", "%1<number>" },
  { "([Ss]ession [#id=]*)%d+", "%1<number>" },
}

--- A host name: at least two labels, the last one of letters. Versions end in digits and stay.
local HOST_NAME = "%f[%w][%w%-.]*%w%.%a%a+%f[^%w%-._]"

local function escape(text)
  return (text:gsub("%p", "%%%0"))
end

--- Text without times, nonces, counters, addresses and host names: equal from scan to scan for an unchanged server.
-- @param own names and addresses of the server that may occur in the text
function normalise(text, own)
  local out = text
  for _, name in ipairs(own or {}) do
    if #name > 2 then out = out:gsub("%f[%w]" .. escape(name) .. "%f[^%w]", "<host>") end
  end
  for _, rule in ipairs(VOLATILE) do
    out = out:gsub(rule[1], rule[2])
  end
  out = out:gsub(HOST_NAME, "<host>")
  return (out:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

--- text: at least nine of ten bytes are printable or white space; silent: nothing came; else binary.
function class(bytes)
  if #bytes == 0 then return "silent" end
  local _, odd = bytes:gsub("[^\t\r\n\32-\126]", "")
  return odd * 10 > #bytes and "binary" or "text"
end

--- The part of a binary greeting that does not change: a leading word or version, as MySQL's, else nothing.
function stable_part(bytes)
  local run = bytes:sub(1, 64):match("[\32-\126][\32-\126][\32-\126][\32-\126]+")
  if run and (run:find("%d%.%d") or run:find("%a%a%a%a")) then return run end
  return ""
end

if not unittest.testing() then
  return _ENV
end

test_suite = unittest.TestSuite:new()

local function same(input, expected, own)
  test_suite:add_test(unittest.equal(normalise(input, own), expected), input)
end

same("220 mail.example.org ESMTP Postfix\r\n", "220 <host> ESMTP Postfix")
same("220 box7 FTP ready", "220 <host> FTP ready", { "box7" })
same("+OK POP3 <1896.697170952@dbc.mtview.ca.us>", "+OK POP3 <nonce>")
same("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3")
same("ready at Tue, 24 Nov 2026 04:24:10 +0000 (UTC)", "ready at <time>")
same("up since 2026-11-24T04:24:10.123Z", "up since <time>")
same("Nov 24 04:24:10 log", "<time> log")
same("id 0123456789abcdef0123", "id <id>")
same("session 42, pid=811", "session <number>, pid=<number>")
same("hello [10.1.2.3]", "hello <address>")
same("vsFTPd 3.0.3", "vsFTPd 3.0.3")
same("version 9.0.0.5", "version 9.0.0.5")
same("at 1795494250", "at <number>")
test_suite:add_test(unittest.equal(class(""), "silent"))
test_suite:add_test(unittest.equal(class("220 ok\r\n"), "text"))
test_suite:add_test(unittest.equal(class("\0\1\2ok"), "binary"))
test_suite:add_test(unittest.equal(stable_part("J\0\0\0\n8.0.36\0\1\2\3\4abc"), "8.0.36"))
test_suite:add_test(unittest.equal(stable_part("\1\2#x7q\3"), ""))

return _ENV
