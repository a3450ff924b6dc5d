// Makes static/outcodes.json, where postcode districts lie, from the demo world's table: devices measure distances with it.
// Two decimals are a kilometre, about what a district's centre is worth.
import { readFileSync, writeFileSync } from 'node:fs';

const source = new URL('../src/lib/server/demo/tables/outcodes.json', import.meta.url);
const target = new URL('../static/outcodes.json', import.meta.url);
const tenThousandths = 10_000;

const { columns, rows } = JSON.parse(readFileSync(source, 'utf8')) as { columns: string; rows: string[] };
if (columns !== 'outcode|lat|lon') throw new Error(`${source.pathname} has other columns: ${columns}`);

const degrees = (text: string | undefined) => Math.round((Number(text) / tenThousandths) * 100) / 100;
const places = rows.map((row) => {
  const [outcode = '', lat, lon] = row.split('|');
  return [outcode, [degrees(lat), degrees(lon)]] as const;
});
writeFileSync(target, `${JSON.stringify(Object.fromEntries(places))}\n`);
console.log(`${places.length} postcode districts in static/outcodes.json`);
