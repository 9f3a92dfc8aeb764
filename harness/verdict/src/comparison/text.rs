//! A comparison as text for a terminal.

use std::fmt::{self, Display, Formatter};

use quantmark_files::shown::one_line;
use quantmark_record::number;
use quantmark_record::schema::{State, Verdict};

use super::{CaseChange, Comparison, Difference, FLOOR, SPREADS, SPREADS_OF_ALL, Side, SpeedChange};

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "A  {}", Named(&self.a))?;
        writeln!(f, "B  {}", Named(&self.b))?;
        properties(f, "machine", &self.machine, "the same")?;
        properties(f, "build", &self.build, "the same")?;
        self.checks(f)?;
        self.timings(f)?;
        writeln!(f, "\n{}", if self.held { "held" } else { "NOT held" })
    }
}

impl Comparison {
    fn checks(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let found = &self.conformance;
        writeln!(f, "\nchecks: {} in both, {} only in A, {} only in B", found.common, found.only_a, found.only_b)?;
        for (title, list) in [
            ("newly failing", &found.newly_failing),
            ("newly passing", &found.newly_passing),
            ("still failing", &found.still_failing),
            ("no longer run", &found.no_longer_run),
        ] {
            writeln!(f, "  {title}: {}", list.len())?;
            list.iter().try_for_each(|case| line_of_case(f, case))?;
        }
        Ok(())
    }

    fn timings(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let speed = &self.speed;
        let in_some_looks = match speed.changes.iter().filter(|change| change.is_of_looks()).count() {
            0 => String::new(),
            some => format!(" ({some} of them changed in some looks only)"),
        };
        writeln!(
            f,
            "\ntimings: {} in both, {} only in A, {} only in B; {} slower, {} faster, {} the same{in_some_looks}, {} not \
             judged",
            speed.changes.len(),
            speed.only_a.len(),
            speed.only_b.len(),
            speed.count(Verdict::Slower),
            speed.count(Verdict::Faster),
            speed.count(Verdict::Same),
            speed.count(Verdict::NotJudged),
        )?;
        if !speed.changes.is_empty() {
            let width = speed.changes.iter().map(|change| one_line(&change.id).chars().count()).max().unwrap_or(0);
            writeln!(f, "  {:width$}  {:>18}  {:>18}  B/A (95 %)", "", "A", "B")?;
            speed.changes.iter().try_for_each(|change| line_of_timing(f, change, width))?;
        }
        let withheld = speed.withheld.iter();
        withheld
            .map(|timing| (one_line(&timing.id), one_line(&timing.reason)))
            .try_for_each(|(id, reason)| writeln!(f, "  no speed: {id}: {reason}"))?;
        for (side, ids) in [("A", &speed.only_a), ("B", &speed.only_b)] {
            ids.iter().try_for_each(|id| writeln!(f, "  only in {side}: {}", one_line(id)))?;
        }
        if let Some(mean) = speed.mean_ratio {
            writeln!(f, "  geometric mean of the judged: {}", number::ratio(mean))?;
        }
        writeln!(
            f,
            "  A change counts when it exceeds {floor}, {SPREADS} times the larger spread of the two series and \
             {SPREADS_OF_ALL} times the spread of all\n  changes, between every look of one record and every look of the \
             other, and the interval leaves out 1.\n  Timings that both records took in turn with the same \
             other side are compared by the ratio to it.\n  Two runs know little of the noise from day to day: \
             `bench --against-history` knows it.",
            floor = number::percent(FLOOR)
        )
    }
}

fn properties(f: &mut Formatter<'_>, title: &str, differences: &[Difference], same: &str) -> fmt::Result {
    if differences.is_empty() {
        return writeln!(f, "{title}: {same}");
    }
    writeln!(f, "{title} differs:")?;
    differences
        .iter()
        .try_for_each(|Difference { what, a, b }| writeln!(f, "  {what}: {} -> {}", one_line(a), one_line(b)))
}

fn line_of_case(f: &mut Formatter<'_>, case: &CaseChange) -> fmt::Result {
    let state = |state: Option<State>| state.map_or("absent", |state| state.name());
    write!(f, "    {}: {} -> {}", one_line(&case.id), state(case.a), state(case.b))?;
    if let Some(detail) = &case.detail {
        write!(f, " ({})", one_line(detail))?;
    }
    writeln!(f)?;
    case.reproduce.iter().try_for_each(|command| writeln!(f, "      {}", one_line(command)))
}

fn line_of_timing(f: &mut Formatter<'_>, change: &SpeedChange, width: usize) -> fmt::Result {
    let rate = |value| format!("{} {}", number::prefixed(value), one_line(&change.unit));
    let (id, a, b) = (one_line(&change.id), rate(change.a), rate(change.b));
    write!(f, "  {id:width$}  {a:>18}  {b:>18}  {:24}  {}", number::ratio_interval(&change.ratio), change.verdict)?;
    if let Some(over) = change.over.as_ref().filter(|_| change.reason.is_none()) {
        write!(f, " (over {})", one_line(over))?;
    }
    match &change.reason {
        Some(reason) => writeln!(f, ": {}", one_line(reason)),
        None if change.is_of_looks() => writeln!(f, ": changed in some looks only"),
        None => writeln!(f),
    }
}

struct Named<'a>(&'a Side);

impl Display for Named<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Side { run, device, started, commit, dirty } = self.0;
        let commit = commit.as_deref().unwrap_or("unknown");
        write!(f, "{} on {}, {}, commit {}", one_line(run), one_line(device), one_line(started), one_line(commit))?;
        if *dirty == Some(true) { f.write_str(" with changes") } else { Ok(()) }
    }
}
