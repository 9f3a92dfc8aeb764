//! What a check came to.

use std::fmt;

/// Whether something was found true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// It is true of what was measured.
    Held,
    /// It is not.
    NotHeld,
    /// What it speaks of was not measured.
    NotMeasurable,
}

impl Holds {
    /// The verdict over all of several: one that is false decides, then one that was not measured.
    pub(super) fn all(each: impl Iterator<Item = Self> + Clone) -> Self {
        let has = |wanted| each.clone().any(|one| one == wanted);
        if has(Self::NotHeld) {
            Self::NotHeld
        } else if has(Self::NotMeasurable) || !has(Self::Held) {
            Self::NotMeasurable
        } else {
            Self::Held
        }
    }

    /// The verdict over machines: those on which nothing was measured do not count.
    pub(super) fn where_measured(each: impl Iterator<Item = Self> + Clone) -> Self {
        Self::all(each.filter(|one| *one != Self::NotMeasurable))
    }

    /// The words of tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::NotHeld => "not held",
            Self::NotMeasurable => "not measurable here",
        }
    }
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Held } else { Self::NotHeld }
    }
}

impl fmt::Display for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Whether it is true.
    pub holds: Holds,
    /// What it is true against; empty where the check compares with nothing.
    pub baseline: String,
    /// The measured values, in words.
    pub measured: String,
}

impl Finding {
    pub(super) fn new(holds: impl Into<Holds>, measured: String) -> Self {
        Self { holds: holds.into(), baseline: String::new(), measured }
    }

    pub(super) fn against(self, baseline: &str) -> Self {
        Self { baseline: baseline.to_owned(), ..self }
    }

    /// What the check speaks of is not in the record.
    pub(super) fn missing(what: &str) -> Self {
        Self::new(Holds::NotMeasurable, what.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Holds::{Held, NotHeld, NotMeasurable};
    use super::*;

    #[test]
    fn one_that_is_false_decides() {
        let all = |each: &[Holds]| Holds::all(each.iter().copied());
        assert_eq!(all(&[Held, Held]), Held);
        assert_eq!(all(&[Held, NotMeasurable, NotHeld]), NotHeld);
        assert_eq!(all(&[Held, NotMeasurable]), NotMeasurable);
        assert_eq!(all(&[]), NotMeasurable);
        assert_eq!(Holds::where_measured([Held, NotMeasurable].into_iter()), Held);
    }
}
