//! The thresholds, which are data.

use serde::Deserialize;

const RULES: &str = include_str!("../../../../suites/verdict/rules.toml");

/// When a series is judged, and what counts as a change: `suites/verdict/rules.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// A smaller change, as a share, is never called one.
    pub floor: f64,
    /// A change must exceed this many spreads of the series.
    pub spreads: f64,
    /// With fewer runs at its level a series is not judged.
    pub fewest_runs: usize,
    /// The level is that of so many runs at most.
    pub level_runs: usize,
    /// The spread is that of so many runs at most.
    pub noise_runs: usize,
    /// The mean of the last run, of the last two, and so on up to so many, is held against the level.
    pub recent_runs: usize,
    /// A first look that is so many spreads of first looks away is taken again.
    pub suspect_spreads: f64,
    /// So many times.
    pub retakes: usize,
    /// What is then still away by this share of what would count is taken again once more.
    pub doubtful_share: f64,
    /// So many times.
    pub more_retakes: usize,
}

impl Rules {
    /// The project's rules.
    ///
    /// # Panics
    /// Never: the file is part of the program and read by a test.
    pub fn load() -> Self {
        toml::from_str(RULES).expect("rules.toml is checked by a test")
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[test]
    fn the_rules_can_be_followed() {
        let rules = Rules::load();
        assert!(rules.floor > 0.0 && rules.spreads > 1.0 && rules.suspect_spreads > 0.0);
        assert!((0.0..1.0).contains(&rules.doubtful_share));
        assert!(
            rules.fewest_runs >= 5 && rules.level_runs >= rules.fewest_runs && rules.noise_runs >= rules.level_runs
        );
        assert!(rules.recent_runs >= 1 && rules.retakes >= 3 && rules.more_retakes >= 1);
    }
}
