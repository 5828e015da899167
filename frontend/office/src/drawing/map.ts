// A map of the divisions from a boundary file; without it the tiles beside it say the same.
import { type EChartsCoreOption, registerMap } from "echarts/core";
import { base, pointed, tooltip } from "./frame";
import type { Look } from "./look";
import type { MapPayload } from "./payload";

interface Boundaries {
  type: "FeatureCollection";
  features: { properties: Record<string, unknown> }[];
}

export async function map(payload: MapPayload, dress: Look): Promise<EChartsCoreOption | null> {
  const answer = await fetch(payload.geojson, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return null;
  const boundaries = (await answer.json()) as Boundaries;
  registerMap(payload.geojson, named(boundaries, payload.key) as unknown as Parameters<typeof registerMap>[1]);
  return {
    ...base(dress, []),
    tooltip: tooltip(
      dress,
      (given) => {
        const place = payload.places[pointed(given)[0]?.dataIndex ?? -1];
        return place ? `${place.name}\n${place.written}${payload.axis.unit ? ` ${payload.axis.unit}` : ""}` : "";
      },
      "item",
    ),
    series: [
      {
        type: "map",
        map: payload.geojson,
        nameProperty: "minsheng_code",
        roam: false,
        selectedMode: false,
        label: { show: false },
        itemStyle: { areaColor: dress.paper, borderColor: dress.soft },
        emphasis: { label: { show: false }, itemStyle: { areaColor: undefined, borderColor: dress.ink, borderWidth: 2 } },
        data: payload.places.map((place) => ({
          name: place.code,
          itemStyle: { areaColor: place.shade < 0 ? dress.line : dress.shades[place.shade], borderColor: dress.soft },
        })),
      },
    ],
  };
}

/** Codes join the file and the figures, whatever length either writes them in. */
function named(boundaries: Boundaries, key: string): Boundaries {
  const features = boundaries.features.map((feature) => ({
    ...feature,
    properties: { ...feature.properties, minsheng_code: String(feature.properties[key] ?? "") },
  }));
  return { ...boundaries, features };
}
