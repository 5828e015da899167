// A map of the places within one, from a boundary file of the installation; the tiles beside it say the same.
import { type EChartsCoreOption, registerMap } from "echarts/core";
import { base, pointed, tooltip } from "./frame";
import type { Look } from "./look";
import type { MapPayload } from "./payload";

type Corner = [number, number];

export interface Boundaries {
  type: "FeatureCollection";
  features: { type: "Feature"; properties: { code: string }; geometry: { type: "MultiPolygon"; coordinates: Corner[][][] } }[];
}

/** Width and height of where the map is drawn. */
type Room = [across: number, down: number];

export async function map(payload: MapPayload, dress: Look, room: Room): Promise<EChartsCoreOption | null> {
  const answer = await fetch(payload.geojson, { headers: { Accept: "application/geo+json", "X-Quiet": "1" } }).catch(() => null);
  if (!answer?.ok) return null;
  const boundaries = (await answer.json()) as Boundaries;
  registerMap(payload.geojson, boundaries as unknown as Parameters<typeof registerMap>[1]);
  return mapped(payload, dress, room, boundaries);
}

export function mapped(payload: MapPayload, dress: Look, [across, down]: Room, boundaries: Boundaries): EChartsCoreOption {
  const { narrowed, ratio } = shape(boundaries);
  const named = new Map(payload.places.map((place) => [place.code, place]));
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
        nameProperty: "code",
        aspectScale: narrowed,
        left: "center",
        top: "middle",
        ...(ratio > across / down ? { width: "96%" } : { height: "96%" }),
        roam: false,
        selectedMode: false,
        cursor: payload.places.some((place) => place.url) ? "pointer" : "default",
        label: { show: true, fontSize: dress.size - 1, formatter: (region: { name: string }) => named.get(region.name)?.name ?? "" },
        labelLayout: { hideOverlap: true },
        itemStyle: { areaColor: dress.paper, borderColor: dress.soft },
        emphasis: { label: { show: true }, itemStyle: { areaColor: undefined, borderColor: dress.ink, borderWidth: 2 } },
        data: payload.places.map((place) => ({
          name: place.code,
          itemStyle: { areaColor: place.shade < 0 ? dress.line : dress.shades[place.shade], borderColor: dress.soft },
          label: { color: place.shade < 0 ? dress.ink : dress.onShades[place.shade] },
          emphasis: { label: { color: place.shade < 0 ? dress.ink : dress.onShades[place.shade] }, itemStyle: { areaColor: place.shade < 0 ? dress.line : dress.shades[place.shade] } },
        })),
      },
    ],
  };
}

/** How much narrower a degree of longitude is than one of latitude where these places lie, and how much wider than high they are. */
export function shape(boundaries: Boundaries): { narrowed: number; ratio: number } {
  let [west, east, south, north] = [180, -180, 90, -90];
  for (const [longitude, latitude] of boundaries.features.flatMap((feature) => feature.geometry.coordinates.flat(2))) {
    [west, east] = [Math.min(west, longitude), Math.max(east, longitude)];
    [south, north] = [Math.min(south, latitude), Math.max(north, latitude)];
  }
  if (west >= east || south >= north) return { narrowed: 1, ratio: 1 };
  const narrowed = Math.cos((((south + north) / 2) * Math.PI) / 180);
  return { narrowed, ratio: ((east - west) * narrowed) / (north - south) };
}
