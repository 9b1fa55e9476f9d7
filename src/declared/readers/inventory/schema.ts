import { z } from "zod";

/** `- inventory: ./inv.csv` */
export const entry = {
  inventory: z
    .string()
    .min(1)
    .meta({ title: "path" })
    .describe("CSV or YAML file, or a pattern such as `./inventory/*.csv`"),
};
