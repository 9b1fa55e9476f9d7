/** Where the server keeps each kind of asset, with a slash at the end. */
export const PATHS: Readonly<Record<string, `/${string}/`>> = {
  component: "/_component_template/",
  pipeline: "/_ingest/pipeline/",
  index: "/_index_template/",
};
