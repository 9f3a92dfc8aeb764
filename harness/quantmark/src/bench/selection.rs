//! From names of profiles and suites to what is timed and for how long.

use quantmark_fault::Failure;
use quantmark_speed::sampling::Sampling;
use quantmark_speed::suite::{MODELS, Profile, Suite, profiles, suites};

/// What `--suite` asks for.
#[derive(Clone, Debug)]
pub struct Selection {
    names: Vec<String>,
    suites: Vec<Suite>,
    sampling: Sampling,
    models: Option<ModelLook>,
    cases: Vec<String>,
}

/// Which models are measured and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelLook {
    /// Windows of text that they are scored on.
    pub windows: usize,
    /// File types; all of the ladder where absent.
    pub file_types: Option<Vec<String>>,
    /// Whether they are made with the importance of columns, which takes longer to find out than all else.
    pub importance: bool,
}

impl Selection {
    /// Profiles and suites by name. Several profiles give all their suites and the longest look; a suite on its own is
    /// looked at as in `standard`. Under an emulator nothing is timed, and models are looked at as the profile says.
    ///
    /// # Errors
    /// A name is neither.
    pub fn new(names: &[String], emulated: bool) -> Result<Self, Failure> {
        let (profiles, all) = (profiles(), suites());
        let mut wanted: Vec<&str> = Vec::new();
        let mut looks: Vec<&Profile> = Vec::new();
        for name in names {
            if let Some(profile) = profiles.iter().find(|profile| profile.name == *name) {
                wanted.extend(profile.suites.iter().map(String::as_str));
                looks.push(profile);
            } else if name == MODELS || all.iter().any(|suite| suite.name == *name) {
                wanted.push(name);
                looks.extend(profiles.iter().find(|profile| profile.name == "standard"));
            } else {
                let suites = all.iter().map(|suite| suite.name.as_str()).chain([MODELS]);
                let known: Vec<&str> = profiles.iter().map(|profile| profile.name.as_str()).chain(suites).collect();
                return Err(Failure::usage(format!("--suite {name}: expected one of {}", known.join(", "))));
            }
        }
        let longest = looks.iter().max_by_key(|profile| profile.looks * profile.pairs);
        let longest = longest.ok_or_else(|| Failure::usage("--suite: a name is missing"))?;
        let suites = all.iter().filter(|suite| !emulated && wanted.contains(&suite.name.as_str()));
        let windows = longest.model_windows.unwrap_or(usize::MAX);
        let models = wanted.contains(&MODELS).then_some(ModelLook { windows, file_types: None, importance: true });
        let emulated_models = ModelLook {
            windows: longest.emulated.model_windows,
            file_types: Some(longest.emulated.file_types.clone()),
            importance: false,
        };
        Ok(Self {
            names: names.to_vec(),
            suites: suites.cloned().collect(),
            cases: if emulated { longest.emulated.cases.clone() } else { Vec::new() },
            models: if emulated { Some(emulated_models) } else { models },
            sampling: quantmark_speed::run::sampling(longest.looks, longest.pairs, longest.sample_ms),
        })
    }

    /// The names asked for.
    pub fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// The suites, each once, in the order of `suites.toml`.
    pub fn suites(&self) -> &[Suite] {
        &self.suites
    }

    /// How models are looked at, where they are asked for.
    pub fn models(&self) -> Option<&ModelLook> {
        self.models.as_ref()
    }

    /// Conformance cases, by glob; all where there are none.
    pub fn cases(&self) -> &[String] {
        &self.cases
    }

    /// How long each timing takes.
    pub fn sampling(&self) -> Sampling {
        self.sampling
    }
}

#[cfg(test)]
mod tests {
    use super::Selection;

    #[test]
    fn profiles_and_suites_mix() {
        let selection = Selection::new(&["quick".to_owned(), "matmul".to_owned()], false).unwrap();
        let names: Vec<&str> = selection.suites().iter().map(|suite| suite.name.as_str()).collect();
        assert_eq!(names, ["dot", "matmul"]);
        assert!(selection.models().is_none());
        assert!(
            Selection::new(&["fast".to_owned()], false)
                .unwrap_err()
                .message
                .contains("expected one of quick, standard")
        );
    }

    #[test]
    fn an_emulator_times_nothing() {
        let selection = Selection::new(&["quick".to_owned(), "matmul".to_owned()], true).unwrap();
        assert!(selection.suites().is_empty());
        assert!(selection.models().is_some_and(|look| look.windows == 1 && look.file_types.is_some()));
    }
}
