import { openStore } from "../../../src/store/open.ts";

// Opens the store of a directory and prints the refusal: for tests that must be another user.
const [directory = "", access = "write"] = process.argv.slice(2);
const result = openStore({
  directory,
  access: access === "read" ? "read" : "write",
  now: 0,
  newId: () => "00000000-0000-7000-8000-000000000001",
});
process.stdout.write(JSON.stringify(result.ok ? null : result.error));
if (result.ok) result.value.close();
