local nmap = require "nmap"
local shortport = require "shortport"
local tripline = require "tripline"

description = [[
Reports what a TCP service says first, in a form that stays equal from scan to scan.

Nothing is sent. Times, nonces, counters, addresses and host names are replaced by placeholders, so that two results
differ only when the software or its configuration does. At most 4 KiB are read, for at most three seconds, over one
connection. Services that are known to wait for the client are not connected to.
]]

---
-- @usage
-- nmap --datadir nse-scripts --script /path/to/nse-scripts/tripline-banner.nse -p 25 <target>
--
-- @args tripline-banner.wait Milliseconds to wait for the first byte. Default: 700.
--
-- @output
-- PORT   STATE SERVICE
-- 25/tcp open  smtp
-- | tripline-banner:
-- |   schema: 1
-- |   norm: 220 <host> ESMTP Postfix
-- |   norm_sha256: 4b8c9ee78aa1c0e5e7ea1a3e5a1a9e6c86b7c2e7f5a3e0c3b1e1b4d9f1a0c2d3
-- |   raw_len: 37
-- |_  class: text
--
-- @xmloutput
-- <elem key="schema">1</elem>
-- <elem key="norm">220 &lt;host&gt; ESMTP Postfix</elem>
-- <elem key="norm_sha256">4b8c9ee78aa1c0e5e7ea1a3e5a1a9e6c86b7c2e7f5a3e0c3b1e1b4d9f1a0c2d3</elem>
-- <elem key="raw_len">37</elem>
-- <elem key="class">text</elem>

author = "Tripline"
license = "Simplified (2-clause) BSD license--See https://nmap.org/svn/docs/licenses/BSD-simplified"
categories = {"discovery", "safe"}

local SCHEMA = 1
local FIRST_MS = 700
local IDLE_MS = 300
local MAX_MS = 3000
local MAX_BYTES = 4096

-- Certain identifications only (confidence 8 and more): a name from the port table is a guess.
local CLIENT_SPEAKS_FIRST = {
  ["http"] = true, ["http-proxy"] = true, ["https"] = true, ["domain"] = true, ["rtsp"] = true, ["sip"] = true,
  ["microsoft-ds"] = true, ["netbios-ssn"] = true, ["ms-wbt-server"] = true, ["postgresql"] = true,
  ["ldap"] = true, ["redis"] = true, ["mongodb"] = true, ["ajp13"] = true, ["tcpwrapped"] = true,
}

local function waits_for_client(port)
  local version = port.version or {}
  if version.service_tunnel == "ssl" then return true end
  return (version.name_confidence or 0) >= 8 and CLIENT_SPEAKS_FIRST[port.service or ""] == true
end

portrule = function(host, port)
  return port.protocol == "tcp"
    and port.state == "open"
    and not shortport.port_is_excluded(port.number, port.protocol)
    and not waits_for_client(port)
end

local function own_names(host)
  local names = {}
  for _, name in ipairs({ host.ip, host.name, host.targetname }) do
    if name and name ~= "" then names[#names + 1] = name end
  end
  -- A server often knows itself by the first label alone.
  if host.name and host.name:match("^[^.]+%.") then names[#names + 1] = host.name:match("^[^.]+") end
  return names
end

action = function(host, port)
  local wait = tonumber(nmap.registry.args[SCRIPT_NAME .. ".wait"]) or FIRST_MS
  local options = { first_ms = wait, idle_ms = IDLE_MS, max_ms = MAX_MS, max_bytes = MAX_BYTES }
  local bytes, reason = tripline.read_greeting(host, port, options)
  if not bytes then return tripline.failure(SCHEMA, reason) end

  local class = tripline.class(bytes)
  local text = class == "binary" and tripline.stable_part(bytes) or bytes
  local out = tripline.answer(SCHEMA)
  out.norm = tripline.normalise(text, own_names(host))
  out.norm_sha256 = tripline.sha256(out.norm)
  out.raw_len = #bytes
  out.class = class
  return out
end
