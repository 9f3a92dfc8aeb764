//! The projection of speeds against models that were really run.

use quantmark_model::file_type::FileType;
use quantmark_record::digest::Digest;
use quantmark_record::schema::ModelRow;
use quantmark_record::statistics::geometric_mean;
use serde::Serialize;

use super::mixture::mixture;
use super::rates::Rates;
use super::shapes::models;

/// Projected over measured tokens a second, over the file types of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// The model.
    pub model: String,
    /// The backend.
    pub backend: String,
    /// Threads.
    pub threads: usize,
    /// How many file types were compared.
    pub file_types: usize,
    /// Geometric mean.
    pub mean: f64,
    /// The least ratio.
    pub least: f64,
    /// The largest ratio.
    pub most: f64,
}

impl Check {
    /// Over one or several ratios of projected to measured speeds.
    pub fn over(model: &str, backend: &str, threads: usize, ratios: &[f64]) -> Option<Self> {
        Some(Self {
            model: model.to_owned(),
            backend: backend.to_owned(),
            threads,
            file_types: ratios.len(),
            mean: geometric_mean(ratios.iter().copied())?,
            least: ratios.iter().copied().fold(f64::INFINITY, f64::min),
            most: ratios.iter().copied().fold(0.0, f64::max),
        })
    }
}

/// The check on the model that the record itself ran, where its shape is known.
pub fn check(digest: &Digest) -> Option<Check> {
    let first = digest.models.iter().find(|row| row.tg128.is_some())?;
    let shape = models().into_iter().find(|shape| shape.name == first.model)?;
    let rates = Rates::of(digest, Some(&first.backend), Some(first.threads))?;
    let ratio = |row: &ModelRow| {
        let mixture = mixture(&shape, FileType::from_name(&row.file_type)?);
        Some(rates.tokens_per_second(&mixture).ok()? / row.tg128?)
    };
    let ratios: Vec<f64> = digest.models.iter().filter(|row| row.model == first.model).filter_map(ratio).collect();
    Check::over(&first.model, &first.backend, first.threads, &ratios)
}
