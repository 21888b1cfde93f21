import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

const NAMES = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function chromium(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found =
    process.env.CHROMIUM || NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(executable);
  if (!found) throw new Error("No Chromium: install Chromium or Chrome, or name it in $CHROMIUM.");
  return found;
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "pure",
          include: ["tests/js/**/*.test.ts"],
          exclude: ["tests/js/**/*.browser.test.ts"],
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/js/**/*.browser.test.ts"],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: chromium(),
                args: [
                  "--no-sandbox",
                  "--disable-quic",
                  "--no-first-run",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-sync",
                ],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
