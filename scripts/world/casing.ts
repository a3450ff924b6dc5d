/** Names as people write them, out of registers that shout or capitalise every word. */
const small = new Set('and at by de for in le next of on super the to under upon with y'.split(' '));
const acronyms = new Set(
  'NHS CIC UK GP ENT LLP HQ DHU KIMS BPAS DMC NUH UCLH IAPT MSK HCRG CSH ACE ECCH LLR QEII'.split(' '),
);
const exact: Readonly<Record<string, string>> = {
  bpas: 'BPAS',
  isight: 'iSIGHT',
  spamedica: 'SpaMedica',
  ltd: 'Ltd',
  plc: 'plc',
  drs: 'Drs',
  hrh: 'HRH',
};

/** "GUY'S AND ST THOMAS' NHS FOUNDATION TRUST" → "Guy's and St Thomas' NHS Foundation Trust". */
export function titleCase(name: string): string {
  return tidy(name)
    .split(' ')
    .map((word, i, words) => caseWord(word, i === 0 || /^\d+$|[-–:,(]$/.test(words[i - 1] ?? '')))
    .join(' ');
}

/** Spaces, ampersands, dots after St, and the apostrophes that a register turned into other marks. */
export function tidy(text: string): string {
  return text
    .replace(/[\u2018\u2019`]/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/ & /g, ' and ')
    .replace(/\bSt\. /gi, 'St ')
    .replace(/\s+([,)])/g, '$1')
    .trim();
}

function caseWord(word: string, first: boolean): string {
  const bare = word.replace(/[^A-Za-z']/g, '');
  const known = exact[bare.toLowerCase()];
  if (known !== undefined) return word.replace(bare, known);
  if (acronyms.has(bare.toUpperCase())) return word.replace(bare, bare.toUpperCase());
  if (!first && small.has(bare.toLowerCase()) && !/[(.]/.test(word)) return word.toLowerCase();
  return word
    .toLowerCase()
    .split('-')
    .map((piece, i) => (i > 0 && small.has(piece) ? piece : capital(piece)))
    .join('-');
}

/** A capital at the start, after a bracket or a stroke, and inside O'Neill and McDonald. */
function capital(piece: string): string {
  return piece
    .replace(/(^|[(/&.@])([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replace(/^(O'|D'|Mc)([a-z])/, (_, before: string, letter: string) => before + letter.toUpperCase());
}
