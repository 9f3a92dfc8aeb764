//! What a run consists of, and running it.

use std::collections::HashSet;

use quantmark_conformance as conformance;
use quantmark_fault::Failure;
use quantmark_implementations::metal::EMULATED;
use quantmark_kernels::{Available, Backend, Format};
use quantmark_record::{Record, Writer};
use quantmark_speed::run::{Planned, plan};
use quantmark_speed::sampling::Sampling;
use quantmark_verdict::regression::Watch;

use super::gate::Gate;
use super::models::Models;
use super::{Against, Selection, timing};
use crate::progress::Progress;
use crate::size::sizes;

/// What a run consists of.
#[derive(Clone, Debug)]
pub struct Plan {
    suites: Vec<String>,
    formats: Vec<Format>,
    backends: Vec<Backend>,
    timings: Vec<Planned>,
    models: Option<Models>,
    sampling: Sampling,
    threads: usize,
    checks: conformance::Options,
}

impl Plan {
    /// Checks and sizes of the formats, and the timings of the selection. `checks` says how to check; its formats and
    /// backends are replaced by those given here.
    pub fn new(
        selection: &Selection,
        formats: Vec<Format>,
        backends: Vec<Backend>,
        threads: usize,
        mut checks: conformance::Options,
    ) -> Self {
        checks.filter.formats = formats.iter().map(|format| format.name().to_owned()).collect();
        checks.backends = backends.iter().map(|backend| backend.name().to_owned()).collect();
        checks.filter.cases = selection.cases().to_vec();
        let timings = plan(selection.suites(), &formats, threads);
        let tier =
            backends.iter().filter(|backend| backend.is_on_cpu()).max_by_key(|backend| backend.tier().preference);
        let models = selection
            .models()
            .zip(tier)
            .map(|(look, &tier)| Models::new(&formats, look, threads, Available::strongest(Some(tier))));
        let (suites, sampling) = (selection.names(), selection.sampling());
        Self { suites, formats, backends, timings, models, sampling, threads, checks }
    }

    /// Checks the shaders in the emulator too; nothing of them is timed.
    pub fn and_emulated_shaders(mut self) -> Self {
        self.checks.backends.push(EMULATED.to_owned());
        self
    }

    /// Backends that are checked and timed.
    pub fn backends(&self) -> &[Backend] {
        &self.backends
    }

    /// Everything that decides what is run, in words: runs whose words are equal can be compared and resumed.
    pub fn words(&self) -> Vec<String> {
        let names = |names: Vec<&str>| names.join(" ");
        let Sampling { looks, pairs, sample } = self.sampling;
        let mut words = vec![
            format!("suites: {}", self.suites.join(" ")),
            format!("formats: {}", names(self.formats.iter().map(|format| format.name()).collect())),
            format!("backends: {}", self.checks.backends.join(" ")),
            format!("threads: {}", self.threads),
            format!("samples: {looks} looks of {pairs}, {} ms each", sample.as_secs_f64() * 1e3),
            format!("reference files: {}", self.checks.reference.len()),
        ];
        if !self.checks.filter.cases.is_empty() {
            words.push(format!("cases: {}", self.checks.filter.cases.join(" ")));
        }
        words.extend(self.models.as_ref().map(Models::words));
        words
    }

    /// The ids of all results that a run gives, in the order it goes.
    ///
    /// # Errors
    /// A reference file is none.
    pub fn ids(&self) -> Result<Vec<String>, Failure> {
        let mut ids = conformance::list(&self.checks)?;
        ids.extend(self.formats.iter().map(|&format| sizes(format).id()));
        ids.extend(
            timing::with_kernels(&self.timings, &self.backends).map(|(planned, kernels)| planned.id(kernels.backend())),
        );
        #[cfg(target_vendor = "apple")]
        ids.extend(super::gpu::planned(&self.timings, &self.backends).map(|planned| planned.id(Backend::Metal)));
        ids.extend(self.models.iter().flat_map(Models::ids));
        Ok(ids)
    }

    /// Runs what `before` does not hold yet, each result into the record as it comes. `emulated` says that an emulator
    /// runs the program, so that models have no speed. `watch` holds timings against their history.
    ///
    /// # Errors
    /// The record cannot be written, or the checks cannot be run.
    pub fn run(
        &self,
        writer: &mut Writer,
        before: Option<&Record>,
        against: Option<&Against>,
        watch: Option<&Watch>,
        emulated: bool,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let done = before.map_or_else(HashSet::new, Record::done);
        let mut gate = Gate::new(before);
        gate.check(&self.checks, writer, &done, progress)?;
        for &format in &self.formats {
            let row = sizes(format);
            if !done.contains(&row.id()) {
                writer.append(row).map_err(Failure::environment)?;
            }
        }
        let todo = timing::with_kernels(&self.timings, &self.backends)
            .filter(|(planned, kernels)| !done.contains(&planned.id(kernels.backend())));
        timing::run(todo, self.sampling, &gate, against, watch, writer, progress)?;
        #[cfg(target_vendor = "apple")]
        super::gpu::run(
            super::gpu::planned(&self.timings, &self.backends)
                .filter(|planned| !done.contains(&planned.id(Backend::Metal))),
            self.sampling,
            &gate,
            against,
            watch,
            writer,
            progress,
        )?;
        self.models.as_ref().map_or(Ok(()), |models| models.run(&done, &gate, emulated, against, writer, progress))
    }
}
