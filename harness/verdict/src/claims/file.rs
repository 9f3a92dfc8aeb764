//! The files of `suites/claims/`.

use serde::Deserialize;

const FILES: &[&str] = &[include_str!("../../../../suites/claims/edgeai-for-beginners.toml")];

/// The statements of one source.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimFile {
    /// Who says so, and where.
    pub source: String,
    /// The statements.
    #[serde(rename = "claim")]
    pub claims: Vec<Claim>,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Names it; stable.
    pub name: String,
    /// The statement, in our words.
    pub statement: String,
    /// What must be true of the measurements; all of it.
    #[serde(rename = "check")]
    pub checks: Vec<Check>,
}

/// Something that can be true of measurements. Formats are named as ggml names them, file types as `llama-quantize` does.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Check {
    /// A format's blocks are smaller than F16 or F32 by a share.
    SizeReduction {
        /// The format.
        format: String,
        /// The share that is saved.
        share: f64,
        /// How far from it "about" reaches.
        within: f64,
    },
    /// Known models take less than so many million bytes.
    ModelsUnder {
        /// The file type.
        file_type: String,
        /// Million bytes.
        megabytes: f64,
        /// Names of `suites/size/models.toml`.
        models: Vec<String>,
    },
    /// The formats of each class take as many bits a weight as its name says.
    Classes {
        /// Fewest and most bits of a code.
        ultra_low: [f64; 2],
        /// Fewest and most bits of a code.
        low: [f64; 2],
        /// Fewest and most bits of a code.
        medium: [f64; 2],
        /// Bits a weight that scales may add.
        scale_bits: f64,
    },
    /// Perplexity and divergence stay below limits.
    QualityKept {
        /// The file type.
        file_type: String,
        /// Largest change of perplexity, as a share.
        perplexity: f64,
        /// Largest mean divergence, in nats.
        kld: f64,
    },
    /// The divergence is smaller than that of each of others.
    Closer {
        /// The file type.
        file_type: String,
        /// The others.
        than: Vec<String>,
    },
    /// The divergence is larger than that of each of others.
    Further {
        /// The file type.
        file_type: String,
        /// The others.
        than: Vec<String>,
    },
    /// No other file type is both faster at generating and closer to the model before quantizing.
    OnTheFront {
        /// The file type.
        file_type: String,
        /// The others, itself included.
        among: Vec<String>,
    },
    /// No other quantized format goes through more weights a second, from memory on all threads.
    Fastest {
        /// The format.
        format: String,
        /// Beginnings of the target triples that the statement speaks of.
        targets: Vec<String>,
    },
    /// Every quantized format goes through more weights a second than F16 or F32, from memory on all threads.
    FasterThanFull {},
    /// All checks of a format hold on a backend.
    RunsOn {
        /// The format.
        format: String,
        /// The backend.
        backend: String,
    },
}

/// Every file, in the order shown.
pub fn claim_files() -> Vec<ClaimFile> {
    FILES.iter().map(|text| toml::from_str(text).expect("claim files are checked by a test")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use quantmark_kernels::{Backend, Format};

    use super::*;
    use crate::recommend;
    use quantmark_model::file_type::FileType;

    fn names(check: &Check) -> (Vec<&String>, Vec<&String>) {
        match check {
            Check::SizeReduction { format, .. } | Check::Fastest { format, .. } | Check::RunsOn { format, .. } => {
                (vec![format], vec![])
            }
            Check::QualityKept { file_type, .. } | Check::ModelsUnder { file_type, .. } => (vec![], vec![file_type]),
            Check::Closer { file_type, than: others }
            | Check::Further { file_type, than: others }
            | Check::OnTheFront { file_type, among: others } => (vec![], others.iter().chain([file_type]).collect()),
            Check::Classes { .. } | Check::FasterThanFull {} => (vec![], vec![]),
        }
    }

    #[test]
    fn files_are_well_formed() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../suites/claims");
        let files = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
        let data = files.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).count();
        assert_eq!(data, FILES.len(), "every file is read");
        let mut taken = HashSet::new();
        for claim in claim_files().into_iter().flat_map(|file| file.claims) {
            assert!(taken.insert(claim.name.clone()), "{} twice", claim.name);
            assert!(!claim.checks.is_empty(), "{}", claim.name);
            for check in &claim.checks {
                let (formats, file_types) = names(check);
                formats.iter().for_each(|name| assert!(name.parse::<Format>().is_ok(), "{name}"));
                file_types.iter().for_each(|name| assert!(FileType::from_name(name).is_some(), "{name}"));
                if let Check::RunsOn { backend, .. } = check {
                    backend.parse::<Backend>().unwrap();
                }
                if let Check::ModelsUnder { models, .. } = check {
                    let known = recommend::models();
                    models.iter().for_each(|name| assert!(known.iter().any(|shape| shape.name == *name), "{name}"));
                }
            }
        }
    }
}
