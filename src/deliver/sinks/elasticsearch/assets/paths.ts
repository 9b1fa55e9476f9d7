/** Where the server keeps each kind of asset, with a slash at the end. */
export const PATHS: Readonly<Record<string, `/${string}/`>> = {
  component: "/_component_template/",
  pipeline: "/_ingest/pipeline/",
  index: "/_index_template/",
  transform: "/_transform/",
};

/** The cluster privilege that each kind needs. */
export const PRIVILEGES: Readonly<Record<string, string>> = {
  component: "manage_index_templates",
  pipeline: "manage_ingest_pipelines",
  index: "manage_index_templates",
  transform: "manage_transform",
};
