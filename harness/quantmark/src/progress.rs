//! What a run shows while it goes: a bar on a terminal, a line a step elsewhere. All of it on stderr.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// Where progress is shown.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    terminal: bool,
    silent: bool,
}

impl Progress {
    /// Shows progress unless told to be silent.
    pub fn new(silent: bool) -> Self {
        Self { terminal: std::io::stderr().is_terminal(), silent }
    }

    /// Says one thing.
    pub fn say(&self, line: &str) {
        if !self.silent {
            eprintln!("{line}");
        }
    }

    /// Starts a step of a known length.
    pub fn step(&self, name: &'static str, length: u64) -> Step {
        if self.silent {
            return Step { bar: ProgressBar::hidden(), line: None };
        }
        if !self.terminal {
            eprintln!("{name} ...");
            return Step { bar: ProgressBar::hidden(), line: Some(name) };
        }
        let style = ProgressStyle::with_template("{prefix:12} [{bar:32}] {pos}/{len} {wide_msg} {eta:>5}");
        let bar = ProgressBar::new(length).with_prefix(name);
        bar.set_style(style.expect("the template is valid").progress_chars("=> "));
        Step { bar, line: None }
    }
}

/// A step under way.
pub struct Step {
    bar: ProgressBar,
    line: Option<&'static str>,
}

impl Step {
    /// One more is done; `what` is next or was last.
    pub fn advance(&self, what: &str) {
        self.advance_by(1, what);
    }

    /// Several more are done.
    pub fn advance_by(&self, count: u64, what: &str) {
        self.bar.set_message(what.to_owned());
        self.bar.inc(count);
    }

    /// The step is over; `result` sums it up.
    pub fn finish(self, result: &str) {
        self.bar.finish_with_message(result.to_owned());
        if let Some(name) = self.line {
            eprintln!("{name}: {result}");
        }
    }
}
