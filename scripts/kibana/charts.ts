import type { JsonObject } from "../assets/json-text.ts";
import type { Column } from "./columns.ts";

/** Columns by id, in the order of the table or of the grouping: groups first, then what is measured in them. */
export type Columns = Readonly<Record<string, Column>>;

export type Series = "bar" | "bar_stacked" | "bar_horizontal" | "line" | "area";

/** What a panel draws. Ids name columns. */
export type Chart =
  | { readonly as: "metric"; readonly value: string }
  | { readonly as: "heatmap"; readonly x: string; readonly y: string; readonly value: string }
  | {
      readonly as: Series;
      readonly x: string;
      readonly y: readonly string[];
      /** One series per value of this column. */
      readonly split?: string;
    }
  | {
      readonly as: "table";
      readonly sort?: readonly [column: string, direction: "asc" | "desc"];
      /** Red below 1, else green. */
      readonly alarm?: string;
    };

export function visualizationType({ as }: Chart): string {
  if (as === "metric") return "lnsMetric";
  if (as === "heatmap") return "lnsHeatmap";
  return as === "table" ? "lnsDatatable" : "lnsXY";
}

/** The state of the visualisation as Lens saves it; `layer` is the id of the only layer. */
export function visualization(chart: Chart, columns: Columns, layer: string): JsonObject {
  const own = { layerId: layer, layerType: "data" };
  switch (chart.as) {
    case "metric":
      return { ...own, metricAccessor: chart.value };
    case "heatmap":
      return { ...own, ...heatmap, xAccessor: chart.x, yAccessor: chart.y, valueAccessor: chart.value };
    case "table":
      return { ...own, ...table(chart, columns) };
    default:
      return {
        ...axes,
        preferredSeriesType: chart.as,
        layers: [
          {
            ...own,
            seriesType: chart.as,
            xAccessor: chart.x,
            accessors: chart.y,
            ...(chart.split === undefined ? {} : { splitAccessor: chart.split }),
          },
        ],
      };
  }
}

const axes: JsonObject = {
  legend: { isVisible: true, position: "right" },
  valueLabels: "hide",
  fittingFunction: "Linear",
  axisTitlesVisibilitySettings: { x: false, yLeft: true, yRight: true },
};

const heatmap: JsonObject = {
  shape: "heatmap",
  legend: { isVisible: true, position: "right", type: "heatmap_legend" },
  gridConfig: {
    type: "heatmap_grid",
    isCellLabelVisible: true,
    isXAxisLabelVisible: true,
    isYAxisLabelVisible: true,
    isXAxisTitleVisible: false,
    isYAxisTitleVisible: false,
  },
};

function table({ sort, alarm }: Extract<Chart, { as: "table" }>, columns: Columns): JsonObject {
  const shown = Object.keys(columns).map((columnId) => {
    return {
      columnId,
      isTransposed: false,
      ...(columnId === alarm ? { colorMode: "cell", palette: redBelowOne } : {}),
    };
  });
  return {
    columns: shown,
    ...(sort === undefined ? {} : { sorting: { columnId: sort[0], direction: sort[1] } }),
    paging: { size: 10, enabled: true },
  };
}

const RED = "#cc5642";
const GREEN = "#209280";

/** `colorStops` are where a colour begins, `stops` where it ends. */
const redBelowOne: JsonObject = {
  name: "custom",
  type: "palette",
  params: {
    name: "custom",
    steps: 2,
    maxSteps: 5,
    reverse: false,
    rangeType: "number",
    rangeMin: 0,
    rangeMax: null,
    progression: "fixed",
    continuity: "above",
    colorStops: [
      { color: RED, stop: 0 },
      { color: GREEN, stop: 1 },
    ],
    stops: [
      { color: RED, stop: 1 },
      { color: GREEN, stop: 1000 },
    ],
  },
};
