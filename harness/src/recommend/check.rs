//! The projection of speeds against models that were really run.

use serde::Serialize;

use super::mixture::mixture;
use super::rates::Rates;
use super::shapes::models;
use crate::model::file_type::FileType;
use crate::record::schema::ModelRow;
use crate::report::digest::Digest;
use crate::speed::statistics::geometric_mean;

/// Projected over measured tokens a second, over the file types of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Check {
    pub(crate) model: String,
    pub(crate) backend: String,
    pub(crate) threads: usize,
    pub(crate) file_types: usize,
    /// Geometric mean.
    pub(crate) mean: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Check {
    /// Over one or several ratios of projected to measured speeds.
    pub(crate) fn over(model: &str, backend: &str, threads: usize, ratios: &[f64]) -> Option<Self> {
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
pub(crate) fn check(digest: &Digest) -> Option<Check> {
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
