import { describe, expect, test } from "vitest";
import { findClasses } from "../../js/lib/classes";
import { digitsFor, integer, percent, share, short } from "../../js/lib/format";
import { methodNames, methodOf, unitOf } from "../../js/lib/methods";
import { createWords, type Key } from "../../js/lib/words";
import english from "../../xai_widgets/tables/words.en.json";
import korean from "../../xai_widgets/tables/words.ko.json";
import { traits } from "./fake";

const fields = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("the words", () => {
  test("both languages have the same keys", () => {
    expect(Object.keys(korean).sort()).toEqual(Object.keys(english).sort());
  });

  test.each(Object.keys(english) as Key[])("%s has the same fields in both", (key) => {
    expect(english[key]).not.toBe("");
    expect(fields(korean[key])).toEqual(fields(english[key]));
  });

  test("fields are filled, and a name with braces stays as it is", () => {
    const words = createWords("en");
    expect(words("status.samples", { done: 16, total: 50 })).toBe("16 of 50 samples");
    expect(words("describe.map", { method: "A", target: "{done}" })).toBe("A for {done}.");
  });

  test("an unknown language is English", () => {
    expect(createWords("xx")("stop")).toBe("Stop");
    expect(createWords("ko")("stop")).not.toBe("Stop");
  });

  test("every method has its texts, formula and unit", () => {
    for (const name of [...methodNames, "custom"]) {
      for (const part of ["name", "definition", "misleads"]) {
        expect(english).toHaveProperty([`method.${name}.${part}`]);
      }
      for (const multiplied of [false, true]) expect(english).toHaveProperty([unitOf(name, multiplied)]);
    }
    for (const name of methodNames) {
      const { formula, plain, symbols, source } = methodOf(name);
      expect(formula).toMatch(/^<math .*<\/math>$/);
      expect(english).toHaveProperty([symbols!]);
      expect(plain && source).toBeTruthy();
    }
  });
});

describe("numbers", () => {
  test("a true minus, and thin spaces in thousands", () => {
    expect(integer(-51529)).toBe("−51\u2009529");
    expect(short(-0.5)).toBe("−0.5");
    expect(digitsFor(0.0214, 3).signed(-0.01789)).toBe("−0.0179");
  });

  test("a power of ten is told once", () => {
    const digits = digitsFor(0.0000214);
    expect(digits.signed(0.0000107)).toBe("+1.1");
    expect(digits.power).toBe("\u00a0×\u00a010⁻⁵");
    expect(digitsFor(0.0214).power).toBe("");
    expect(digitsFor(123456).plain(123456)).toBe("1.2");
  });

  test("zero has no sign, and neither has what rounds to it", () => {
    expect(digitsFor(1).signed(0)).toBe("0");
    expect(digitsFor(1).signed(-0.001)).toBe("0");
  });

  test("percentages", () => {
    expect([0.15, 0.4, 1.62, 0.013, 0].map(percent)).toEqual(["15 %", "40 %", "162 %", "1.3 %", "0 %"]);
    expect([0.599, 0.00002, 0].map(share)).toEqual(["59.9", "<0.1", "0.0"]);
  });
});

describe("finding a class", () => {
  const class_names = Array.from({ length: 5000 }, (_, index) => `class ${index}`);
  class_names[7] = "Egyptian cat";
  class_names[8] = "cat";
  class_names[9] = "education";
  const known = { ...traits(), class_names, n_classes: 5000 };
  const found = (query: string) => findClasses(known, query, createWords("en"), 8).map(({ index }) => index);

  test("the start of a name before the start of a word before anything inside", () => {
    expect(found("cat")).toEqual([8, 7, 9]);
  });

  test("by number, which comes first", () => {
    expect(found("42")[0]).toBe(42);
    expect(found("42")).toHaveLength(8);
  });

  test("nothing typed: the predicted ones", () => {
    expect(found("")).toEqual([3, 0]);
  });

  test("without names, by number", () => {
    const nameless = { class_names: [], n_classes: 12, scores: null };
    expect(findClasses(nameless, "11", createWords("en"), 8)).toMatchObject([{ index: 11, name: "class 11" }]);
  });
});
