//! The side that runs in the emulator.

use std::fs::File;

use quantmark_kernels::{Backend, Format, Operation, kernels};
use quantmark_record::schema::Shape;
use serde::{Deserialize, Serialize};

use super::error::CostError;
use super::{COLS, Mark, REPETITIONS};
use crate::opponents::Opponents;
use crate::sampling::Work;
use crate::work::Buffers;

/// The command that runs it.
pub const COMMAND: &str = "cost-worker";

/// A product that was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    /// ggml's name of the format.
    pub format: String,
    /// Backend.
    pub backend: String,
    /// The build of the other side, where it was counted too.
    pub variant: Option<String>,
}

impl Item {
    /// Names a point of one side's way.
    pub(super) fn mark(&self, side: &str, repetitions: u64, point: &str) -> String {
        format!("{}/{}/{side}/{repetitions}/{point}", self.format, self.backend)
    }
}

/// Repeats the products of formats on backends between marks; gives what was done.
///
/// # Errors
/// A thread cannot be started, or the buffers cannot be made.
pub fn worker(formats: &[Format], backends: &[Backend], opponents: Option<&Opponents>) -> Result<String, CostError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let scalar = Backend::Scalar.detect().expect("every machine has it");
    let mut items = Vec::new();
    for &format in formats {
        for &backend in backends {
            let Some(ours) = backend.detect().ok().and_then(|backend| kernels(format, backend)) else { continue };
            if !ours.supports(Operation::Dot) {
                continue;
            }
            let activation = format.spec().activation.and_then(|format| kernels(format, scalar));
            let shape = Shape { rows: 1, cols: COLS, batch: 1 };
            let buffers = Buffers::new(&ours, activation.as_ref(), shape, 0)?;
            let opponent = opponents.and_then(|opponents| opponents.of(backend));
            let theirs = opponent.and_then(|side| {
                Some((side.cpu.name(), buffers.theirs(side.base, side.cpu, Operation::Dot, &pool).ok()?))
            });
            let item = Item {
                format: format.name().to_owned(),
                backend: backend.name().to_owned(),
                variant: theirs.as_ref().map(|(name, _)| (*name).to_owned()),
            };
            repeat(&item, "ours", &mut buffers.ours(ours, Operation::Dot, &pool));
            if let Some((_, mut theirs)) = theirs {
                repeat(&item, "theirs", &mut theirs);
            }
            items.push(item);
        }
    }
    Ok(serde_json::to_string(&items)?)
}

fn repeat(item: &Item, side: &str, work: &mut Work<'_>) {
    // What is done once only is done.
    work();
    for repetitions in [REPETITIONS, 2 * REPETITIONS] {
        mark(&item.mark(side, repetitions, "begin"));
        (0..repetitions).for_each(|_| work());
        mark(&item.mark(side, repetitions, "end"));
    }
}

fn mark(name: &str) {
    // Not there, and not meant to be: the system call is the mark.
    let _ = File::open(Mark::path(name));
}
