// Frames of local weights as the kernel makes them.
import type { LimeHeader } from "../../js/lib/lime_frame";
import type { LimeTraits } from "../../js/lib/lime_state";
import type { FrameRecord } from "./fake";

/** Three weights of five columns: one raises, one lowers, one could do either. */
export function limeFrame(changes: Partial<LimeHeader> = {}): FrameRecord {
  const header: LimeHeader = {
    job: 1,
    sequence: 1,
    finished: true,
    done: 5000,
    total: 5000,
    weights: [
      { feature: 2, name: "petal length", condition: "4.4 < 4.7 ≤ 5.1", weight: 0.4, interval: 0.05 },
      { feature: 0, name: "sepal length", condition: "6.4 < 7.0", weight: -0.2, interval: 0.1 },
      { feature: 4, name: "colour", condition: "= red", weight: 0.05, interval: 0.06 },
    ],
    columns: 5,
    score: 0.62,
    starved: false,
    effective_samples: 2100,
    local_prediction: 0.81,
    prediction: 0.93,
    probability: true,
    index: null,
    label: "probability of versicolor",
    target: 1,
    of_classes: true,
    classes: [
      [0, "setosa"],
      [1, "versicolor"],
    ],
    parameters: { num_features: 3, num_samples: 5000, kernel_width: 1.5, sampler: "random", seed: 0 },
    usual_width: 1.5,
    standardised: false,
    ...changes,
  };
  return { header: { version: 1, ...header }, arrays: [], buffers: [] };
}

export function limeTraits(changes: Partial<LimeTraits> = {}): LimeTraits {
  return {
    index: null,
    target: null,
    num_features: 3,
    num_samples: 5000,
    kernel_width: null,
    sampler: "random",
    seed: 0,
    language: "en",
    status: "done",
    job: 1,
    ready: false,
    n_rows: 150,
    feature_names: ["sepal length", "sepal width", "petal length", "petal width", "colour"],
    error: null,
    code: "xw.LIMEPlot(model, 7, X_train=X)",
    notice: "",
    ...changes,
  };
}
