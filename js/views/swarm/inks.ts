// The colours of dots.
import { parseHex, type Rgb, type Theme } from "../../lib/colour";

const GREY = { light: "#868d95", dark: "#8a9199" }; // no number: as visible as the others

/** The colours of codes, grey for those that are none. */
export function greyed(inks: Rgb[], theme: Theme): Rgb[] {
  const made = [...inks];
  made[255] = parseHex(GREY[theme]);
  return made;
}
