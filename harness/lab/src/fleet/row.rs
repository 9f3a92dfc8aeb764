//! What became of a device.

use std::path::PathBuf;

use serde::Serialize;

/// How a device's run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Everything held.
    Held,
    /// A check failed, or a timing got slower.
    NotHeld,
    /// It could not run, or not to its end.
    Dead,
    /// The lab's time was over.
    OutOfTime,
}

impl Ending {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::NotHeld => "NOT held",
            Self::Dead => "did not run",
            Self::OutOfTime => "out of time",
        }
    }
}

/// A device of the lab.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its name.
    pub device: String,
    /// How it is reached.
    pub reached: Option<String>,
    /// How its run ended.
    pub ending: Ending,
    /// Why it did not run.
    pub reason: Option<String>,
    /// Seconds.
    pub seconds: f64,
    /// Its record, where that is whole.
    pub record: Option<PathBuf>,
}

impl Row {
    /// A device that could not be started.
    pub(super) fn dead(device: &str, reason: String) -> Self {
        Self {
            device: device.to_owned(),
            reached: None,
            ending: Ending::Dead,
            reason: Some(reason),
            seconds: 0.0,
            record: None,
        }
    }

    /// One line.
    pub fn line(&self) -> String {
        let reason = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("{:<12} {:<12} {:>6.0} s{reason}", self.device, self.ending.words(), self.seconds)
    }
}
