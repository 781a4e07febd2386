/** How well a text fits what was typed. Words may come in any order, and letters may be left out. */

/** Lower case and without accents, so that "munchen" finds "München". */
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const startsWord = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] as string);

const WHOLE = 100;
const AT_WORD = 40;
const PER_LETTER = 4;
const MOST_LEFT_OUT = 2;

/** Where the next letter stands: few letters on, or at the start of a later word; else nearly everything would fit. */
function nextAt(letter: string, text: string, from: number): number {
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1)) {
    if (at - from <= MOST_LEFT_OUT || startsWord(text, at)) return at;
  }
  return -1;
}

/** Letters in order, some left out; the first must begin a word. */
function scattered(word: string, text: string): number | null {
  let best: number | null = null;
  for (let start = text.indexOf(word[0] as string); start >= 0; start = text.indexOf(word[0] as string, start + 1)) {
    if (!startsWord(text, start)) continue;
    let at = start;
    let score = PER_LETTER;
    for (const letter of word.slice(1)) {
      const next = nextAt(letter, text, at + 1);
      if (next < 0) {
        score = 0;
        break;
      }
      score += next === at + 1 || startsWord(text, next) ? PER_LETTER : 1;
      at = next;
    }
    if (score > (best ?? 0)) best = score;
  }
  return best;
}

function wordScore(word: string, text: string): number | null {
  for (let at = text.indexOf(word), first = at; at >= 0; at = text.indexOf(word, at + 1)) {
    if (startsWord(text, at)) return WHOLE + AT_WORD;
    if (text.indexOf(word, at + 1) < 0) return WHOLE - Math.min(first, AT_WORD);
  }
  return word.length < 2 ? null : scattered(word, text);
}

/** Higher is better, null is no fit; of two that fit alike the shorter text is better. An empty question fits everything. */
export function fuzzyScore(typed: string, text: string): number | null {
  const target = plain(text);
  let total = 0;
  for (const word of plain(typed).split(/\s+/).filter(Boolean)) {
    const score = wordScore(word, target);
    if (score === null) return null;
    total += score;
  }
  return total - Math.min(target.length, WHOLE) / 10;
}
