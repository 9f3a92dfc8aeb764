//! The gate before the clock: a kernel that gives wrong answers has no speed.

use std::collections::HashSet;

use quantmark_conformance as conformance;
use quantmark_conformance::Options;
use quantmark_fault::Failure;
use quantmark_kernels::{Backend, Format};
use quantmark_record::schema::CaseResult;
use quantmark_record::{Record, Withholding, Writer};

use crate::progress::Progress;

/// Which kernels failed checks, by the rule that records and pages follow too.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    withholding: Withholding,
}

impl Gate {
    /// A gate that knows what an unfinished record has seen.
    pub fn new(before: Option<&Record>) -> Self {
        let mut gate = Self::default();
        before.into_iter().flat_map(|record| &record.cases).for_each(|case| gate.count(case));
        gate
    }

    /// Runs the checks that are not done yet, each result into the record.
    ///
    /// # Errors
    /// The record cannot be written, or the checks cannot be run.
    pub fn check(
        &mut self,
        options: &Options,
        writer: &mut Writer,
        done: &HashSet<String>,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let ids = conformance::list(options)?;
        let todo = ids.iter().filter(|id| !done.contains(*id)).count();
        if todo == 0 {
            return Ok(());
        }
        let step = progress.step("checks", todo as u64);
        let (mut failures, mut broken) = (0, None);
        for options in unfinished(options, done)? {
            conformance::run(&options, &mut |result: CaseResult| {
                if done.contains(&result.id) || broken.is_some() {
                    return;
                }
                self.count(&result);
                failures += u64::from(result.state.is_failure());
                step.advance(&format!("{} {}", result.format, result.backend));
                broken = writer.append(result).err();
            })?;
            if let Some(error) = broken {
                return Err(Failure::environment(error));
            }
        }
        step.finish(&match failures {
            0 => format!("{todo} held"),
            n => format!("{n} of {todo} failed"),
        });
        Ok(())
    }

    /// The checks of a format that failed on a backend.
    pub fn failed(&self, format: Format, backend: Backend) -> u64 {
        self.withholding.failed(format.name(), backend.name())
    }

    fn count(&mut self, case: &CaseResult) {
        self.withholding.count(case);
    }
}

/// The options by backend, without the formats whose cases are all done.
fn unfinished(options: &Options, done: &HashSet<String>) -> Result<Vec<Options>, Failure> {
    let mut parts = Vec::new();
    for backend in &options.backends {
        let mut part = Options { backends: vec![backend.clone()], ..options.clone() };
        let mut formats = Vec::new();
        for format in &options.filter.formats {
            part.filter.formats = vec![format.clone()];
            if conformance::list(&part)?.iter().any(|id| !done.contains(id)) {
                formats.push(format.clone());
            }
        }
        if !formats.is_empty() {
            part.filter.formats = formats;
            parts.push(part);
        }
    }
    Ok(parts)
}
