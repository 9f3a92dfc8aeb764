//! What a dot product costs.

use quantmark_implementations::llama_cpp::NAME;
use quantmark_record::schema::{Against, Interval, Measurement, Shape};
use serde::{Deserialize, Serialize};

/// Weights of the row that is multiplied.
pub const COLS: u64 = 4096;

/// What a dot product costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// ggml's name of the format.
    pub format: String,
    /// Backend.
    pub backend: String,
    /// Instructions a weight, ours.
    pub ours: f64,
    /// The build of the other side and its instructions a weight.
    pub theirs: Option<(String, f64)>,
}

impl Cost {
    /// Ours over theirs; below 1 ours needs fewer.
    pub fn ratio(&self) -> Option<f64> {
        self.theirs.as_ref().map(|(_, theirs)| self.ours / theirs)
    }

    /// As a line of a record. Its ratio is above 1 where ours is better, as all ratios of a record are.
    pub fn measurement(&self) -> Measurement {
        let against = self.theirs.as_ref().map(|(variant, theirs)| {
            let ratio = theirs / self.ours;
            Against {
                implementation: NAME.to_owned(),
                variant: variant.clone(),
                median: *theirs,
                samples: vec![*theirs],
                ratio: Interval { median: ratio, low: ratio, high: ratio },
            }
        });
        Measurement {
            id: format!("cost/dot/{}/{}/1/1x{COLS}x1", self.format, self.backend),
            suite: "cost".to_owned(),
            operation: "dot".to_owned(),
            format: self.format.clone(),
            backend: self.backend.clone(),
            threads: 1,
            shape: Shape { rows: 1, cols: COLS, batch: 1 },
            unit: "instructions/weight".to_owned(),
            median: self.ours,
            mad: 0.0,
            low: self.ours,
            high: self.ours,
            samples: vec![self.ours],
            quantized_bytes_per_second: None,
            share_of_roof: None,
            against,
            looks: 1,
            retakes: Vec::new(),
            judgement: None,
        }
    }
}
