// Writes the sample events of the rules: the program itself tells their stories, with the files that generate-assets.ts wrote. Some
// seconds; ends `npm run assets`.
import { writeFiles } from "./assets/write-files.ts";
import { playStories, sampleFiles } from "./rules/samples/make.ts";

writeFiles(sampleFiles(await playStories()));
