//! The answer in words and numbers.

use quantmark_fault::Failure;
use quantmark_record::number::{change, digits};
use quantmark_verdict::recommend::{Candidate, Check, Choice, ModelShape, Prefers, Rates, Use, choose, fits, front};
use serde_json::{Value, json};

use super::records::Found;

/// What is recommended for a model.
pub(super) struct Verdict {
    model: String,
    candidates: Vec<Candidate>,
    /// Place of the pick.
    pick: Option<usize>,
    why: String,
}

impl Verdict {
    pub(super) fn of(shape: &ModelShape, candidates: Vec<Candidate>, memory: u64, asked: &Use) -> Self {
        let choice = choose(&candidates, memory, asked);
        let why = match &choice {
            Some(choice) => because(choice, memory, asked),
            None => nothing(&candidates, memory, asked),
        };
        let pick = choice.map(|choice| choice.pick.file_type.clone());
        let pick = candidates.iter().position(|one| Some(&one.file_type) == pick.as_ref());
        Self { model: shape.name.clone(), candidates, pick, why }
    }

    pub(super) fn has_pick(&self) -> bool {
        self.pick.is_some()
    }
}

/// Everything that is answered.
pub(super) struct Answer<'a> {
    pub(super) found: &'a Found,
    pub(super) rates: &'a Rates,
    pub(super) memory: u64,
    pub(super) asked: &'a Use,
    pub(super) checks: &'a [Check],
    pub(super) verdicts: &'a [Verdict],
}

impl Answer<'_> {
    /// For a terminal; with every candidate where one model was asked for.
    pub(super) fn text(&self, whole: bool) -> String {
        let environment = &self.found.speed.header.environment;
        let mut text = format!(
            "{}: {}, weights may take {} of {} ({})\n",
            environment.device,
            environment.cpu,
            share(self.memory, self.asked),
            gigabytes(self.memory),
            self.asked.name
        );
        text += &format!(
            "speeds of {} on {} thread{}, from {}\n",
            self.rates.backends().join(" and "),
            self.rates.threads,
            if self.rates.threads == 1 { "" } else { "s" },
            self.found.speed_path.display()
        );
        let row = &self.found.quality.models[0];
        text += &format!("quality measured on {}, from {}\n", row.model, self.found.quality_path.display());
        for check in self.checks {
            text += &told(check);
        }
        if self.checks.is_empty() {
            text += "the projection of speeds is not checked: the record ran no model that is known\n";
        }
        for verdict in self.verdicts {
            text += &format!("\n{}\n{}\n", verdict.model, verdict.why);
            if whole {
                text += &table(verdict, self.memory, self.asked);
            }
        }
        text
    }

    /// One document.
    pub(super) fn json(&self) -> Result<String, Failure> {
        let models: Vec<Value> = self
            .verdicts
            .iter()
            .map(|verdict| {
                json!({
                    "model": verdict.model,
                    "pick": verdict.pick.map(|pick| &verdict.candidates[pick]),
                    "why": verdict.why,
                    "front": front(&verdict.candidates).iter().map(|one| &one.file_type).collect::<Vec<_>>(),
                    "candidates": verdict.candidates,
                })
            })
            .collect();
        let document = json!({
            "device": self.found.speed.header.environment.device,
            "record": self.found.speed_path,
            "quality": { "record": self.found.quality_path, "model": self.found.quality.models[0].model },
            "memory": self.memory,
            "use": self.asked,
            "threads": self.rates.threads,
            "backends": self.rates.backends(),
            "projection_checks": self.checks,
            "models": models,
        });
        let text = serde_json::to_string_pretty(&document).map_err(Failure::environment)?;
        Ok(text + "\n")
    }
}

fn told(check: &Check) -> String {
    let Check { model, backend, threads, file_types, mean, least, most } = check;
    let spread = if *file_types > 1 {
        format!(" ({} to {} over {file_types} file types)", digits(*least), digits(*most))
    } else {
        String::new()
    };
    format!(
        "checked on {model}, run by the {backend} kernels on {threads} threads: projected is {} x measured{spread}\n",
        digits(*mean)
    )
}

fn because(choice: &Choice<'_>, memory: u64, asked: &Use) -> String {
    let pick = choice.pick;
    let loss = |one: &Candidate| change(one.perplexity_change.unwrap_or(0.0) + 1.0);
    let speed = |one: &Candidate| digits(one.tokens_per_second.unwrap_or(0.0));
    let reason = match asked.prefers {
        Prefers::Speed if choice.within_loss => {
            format!("the fastest within {:.0} % of the perplexity before quantizing", asked.most_loss * 100.0)
        }
        _ => "the nearest to the model before quantizing".to_owned(),
    };
    let mut text = format!(
        "{}: of {} file types that fit {} and that no other surpasses in size, speed and divergence, it is {reason}. It takes {}, generates about {} tokens/s and costs {} perplexity.",
        pick.file_type,
        choice.of,
        share(memory, asked),
        gigabytes(pick.bytes),
        speed(pick),
        loss(pick)
    );
    if !choice.within_loss {
        text += &format!(
            " Its loss is above the {:.0} % that this use puts up with: nothing better fits.",
            asked.most_loss * 100.0
        );
    }
    match (choice.better, choice.smaller) {
        (Some(better), _) => {
            text += &format!(
                " The next better, {}, takes {} at {} tokens/s and costs {}.",
                better.file_type,
                gigabytes(better.bytes),
                speed(better),
                loss(better)
            );
        }
        (None, Some(smaller)) => {
            text += &format!(
                " The next smaller, {}, takes {} at {} tokens/s and costs {}.",
                smaller.file_type,
                gigabytes(smaller.bytes),
                speed(smaller),
                loss(smaller)
            );
        }
        (None, None) => {}
    }
    text
}

fn nothing(candidates: &[Candidate], memory: u64, asked: &Use) -> String {
    match candidates.iter().filter(|one| one.tokens_per_second.is_some()).min_by_key(|one| one.bytes) {
        Some(least) => format!(
            "nothing fits {}: the smallest, {}, takes {}",
            share(memory, asked),
            least.file_type,
            gigabytes(least.bytes)
        ),
        None => "no file type has all its numbers: the record timed too few formats".to_owned(),
    }
}

fn share(memory: u64, asked: &Use) -> String {
    format!("{} ({:.0} %)", gigabytes((memory as f64 * asked.memory) as u64), asked.memory * 100.0)
}

fn gigabytes(bytes: u64) -> String {
    if bytes < 1_000_000_000 {
        format!("{} MB", digits(bytes as f64 / 1e6))
    } else {
        format!("{} GB", digits(bytes as f64 / 1e9))
    }
}

fn table(verdict: &Verdict, memory: u64, asked: &Use) -> String {
    let front = front(&verdict.candidates);
    let mut text = format!("\n{:<12} {:>9} {:>10} {:>12} {:>10}\n", "type", "size", "tokens/s", "perplexity", "KLD");
    for (index, one) in verdict.candidates.iter().enumerate() {
        let mark = match () {
            () if verdict.pick == Some(index) => "  <- pick",
            () if !fits(one, memory, asked) => "  too large",
            () if front.iter().any(|other| other.file_type == one.file_type) => "  on the front",
            () => "",
        };
        let speed = one.tokens_per_second.map_or_else(|| "-".to_owned(), digits);
        let loss = one.perplexity_change.map_or_else(|| "-".to_owned(), |loss| change(loss + 1.0));
        let kld = one.kld.map_or_else(|| "-".to_owned(), digits);
        text += &format!(
            "{:<12} {:>9} {:>10} {:>12} {:>10}{mark}\n",
            one.file_type,
            gigabytes(one.bytes),
            speed,
            loss,
            kld
        );
    }
    let of = |measured: bool| if measured { "measured" } else { "projected" };
    if let Some(first) = verdict.candidates.first() {
        text += &format!(
            "size {} from shapes and mixture, tokens/s {} from matvec, quality {}\n",
            of(first.bytes_measured),
            of(first.speed_measured),
            if first.quality_measured { "measured" } else { "measured on another model" }
        );
    }
    text
}
