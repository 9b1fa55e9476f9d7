import { z } from "zod";

export const options = z.strictObject({
  path: z.string().min(1).meta({ title: "path" }).describe("file of newline-delimited JSON; rotated"),
});
