// The words, from the same tables as Python's.
import english from "../../xai_widgets/tables/words.en.json";
import korean from "../../xai_widgets/tables/words.ko.json";

export type Key = keyof typeof english;
export type Words = (key: Key, fields?: Record<string, string | number>) => string;

const languages: Record<string, Partial<Record<Key, string>>> = { en: english, ko: korean };

/** Look texts up in a language, in English where they are missing; `{name}` takes the field of that name. */
export function createWords(language: string): Words {
  const table = { ...english, ...languages[language] };
  return (key, fields = {}) =>
    (table[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name] ?? ""));
}
