import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, test } from "vitest";
import { trustIn } from "../../src/lib/file-owners.ts";
import { openToOthers, openTree } from "../../src/lib/file-trust.ts";
import { describeWith } from "../support/availability.ts";
import { givingAway, STRANGER } from "../support/file-owners.ts";
import { tempDir } from "../support/temp-dir.ts";

/** What is wrong with `file` below a new directory; `arrange` makes the files. */
function judged(arrange: (at: (name: string) => string) => void, owners: "any" | readonly number[] = []) {
  const root = tempDir();
  const at = (name: string) => path.join(root, name);
  arrange(at);
  const open = openToOthers(at("file"), trustIn(owners));
  return open === null ? null : { ...open, path: path.relative(root, open.path) };
}

function file(place: string, mode: number, owner: { uid?: number; gid?: number } = {}): void {
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, "");
  chownSync(place, owner.uid ?? process.getuid?.() ?? 0, owner.gid ?? process.getgid?.() ?? 0);
  chmodSync(place, mode);
}

function folder(place: string, mode: number, owner: { uid?: number; gid?: number } = {}): void {
  mkdirSync(place, { recursive: true });
  chownSync(place, owner.uid ?? process.getuid?.() ?? 0, owner.gid ?? process.getgid?.() ?? 0);
  chmodSync(place, mode);
}

describe("a file is ours alone when", () => {
  test.each<[string, (at: (name: string) => string) => void]>([
    ["only its owner may write it", (at) => file(at("file"), 0o600)],
    ["others may read it", (at) => file(at("file"), 0o644)],
    ["its owner's own group may write it, as with umask 002", (at) => file(at("file"), 0o664)],
    ["it is not there", () => {}],
    ["a link leads to one of ours", (at) => (file(at("x/real"), 0o644), symlinkSync("x/real", at("file")))],
    ["a link leads up and down again", (at) => (file(at("x/real"), 0o644), symlinkSync("x/../x/./real", at("file")))],
    ["a link leads to itself: whoever opens it will say so", (at) => symlinkSync("file", at("file"))],
  ])("%s", (_, arrange) => {
    expect(judged(arrange)).toBeNull();
  });

  it("it lies in a sticky directory under a name of ours", () => {
    const at = judged((place) => {
      folder(place("shared"), 0o1777);
      file(place("shared/real"), 0o644);
      symlinkSync("shared/real", place("file"));
    });
    expect(at).toBeNull();
  });

  it("it is what the process was handed as an open file", () => {
    expect(openToOthers("/dev/stdin", trustIn("any"))).toBeNull();
  });

  it("it comes from a configuration volume of Kubernetes", () => {
    const found = judged((at) => {
      folder(at("volume"), 0o1777);
      file(at("volume/..2027_01_01/tripline.yaml"), 0o644);
      symlinkSync("..2027_01_01", at("volume/..data"));
      symlinkSync("..data/tripline.yaml", at("volume/tripline.yaml"));
      symlinkSync("volume/tripline.yaml", at("file"));
    });
    expect(found).toBeNull();
  });
});

describe("a file is open to others when", () => {
  test.each<[string, (at: (name: string) => string) => void, string, string]>([
    ["everybody may write it", (at) => file(at("file"), 0o666), "file", "everybody (mode 0666)"],
    [
      "everybody may write where a link leads",
      (at) => (file(at("x/real"), 0o646), symlinkSync("x/real", at("file"))),
      "x/real",
      "everybody (mode 0646)",
    ],
    [
      "everybody may write its directory",
      (at) => (folder(at("x"), 0o777), file(at("x/real"), 0o600), symlinkSync("x/real", at("file"))),
      "x",
      "everybody (mode 0777)",
    ],
    [
      "everybody may write a directory above",
      (at) => (folder(at("x"), 0o777), file(at("x/y/z/real"), 0o600), symlinkSync("x/y/z/real", at("file"))),
      "x",
      "everybody (mode 0777)",
    ],
    [
      "everybody may write the directory of a link on the way",
      (at) => {
        folder(at("x"), 0o777);
        file(at("y/real"), 0o600);
        symlinkSync("../y", at("x/link"));
        symlinkSync("x/link/real", at("file"));
      },
      "x",
      "everybody (mode 0777)",
    ],
  ])("%s", (_, arrange, where, why) => {
    expect(judged(arrange, "any")).toMatchObject({ path: where, kind: "mode", why: expect.stringContaining(why) });
    expect(judged(arrange)?.fix).toContain("chmod ");
  });
});

describeWith(givingAway(), "a file of somebody else", () => {
  const uid = STRANGER;
  const gid = STRANGER;

  test.each<[string, (at: (name: string) => string) => void, string]>([
    ["that belongs to another user", (at) => file(at("file"), 0o644, { uid }), "file"],
    [
      "in a directory of another user",
      (at) => (folder(at("x"), 0o755, { uid }), file(at("x/real"), 0o644), symlinkSync("x/real", at("file"))),
      "x",
    ],
    [
      "of ours, but by a link of another user in a sticky directory",
      (at) => {
        folder(at("shared"), 0o1777);
        file(at("real"), 0o644);
        symlinkSync("../real", at("shared/link"));
        lchownSync(at("shared/link"), uid, gid);
        symlinkSync("shared/link", at("file"));
      },
      "shared/link",
    ],
    [
      "in another user's part of a sticky directory",
      (at) => {
        folder(at("shared"), 0o1777);
        folder(at("shared/theirs"), 0o755, { uid });
        file(at("shared/theirs/real"), 0o644);
        symlinkSync("shared/theirs/real", at("file"));
      },
      "shared/theirs",
    ],
  ])("%s is open, unless its owner is trusted", (_, arrange, where) => {
    expect(judged(arrange)).toMatchObject({ path: where, kind: "owner", why: `belongs to uid ${STRANGER}` });
    expect(judged(arrange, [STRANGER])).toBeNull();
    expect(judged(arrange, "any")).toBeNull();
  });

  test.each<[string, (at: (name: string) => string) => void, "any" | null]>([
    ["of a group whose members nobody knows", (at) => file(at("file"), 0o664, { gid }), null],
    ["of the group that has its owner's number", (at) => file(at("file"), 0o664, { uid, gid }), "any"],
    ["of a group without members", (at) => file(at("file"), 0o664, { gid: 50 }), "any"],
  ])("%s may be written by it: open only when that is somebody else", (_, arrange, fine) => {
    const found = judged(arrange, "any");
    if (fine !== null) expect(found).toBeNull();
    else expect(found).toMatchObject({ kind: "mode", why: `can be written by group ${gid} (mode 0664)` });
  });
});

describe("a directory with everything in it", () => {
  it("is open when one file deep inside is, and tells which", () => {
    const root = tempDir();
    file(path.join(root, "a/b/fine"), 0o644);
    expect(openTree(root, trustIn([]))).toBeNull();
    file(path.join(root, "a/b/open"), 0o666);
    expect(openTree(root, trustIn([]))).toMatchObject({ path: path.join(root, "a/b/open"), kind: "mode" });
  });
});
