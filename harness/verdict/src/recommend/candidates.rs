//! The file types of a model on a device: size, speed, quality, each measured or projected.

use quantmark_model::file_type::FileType;
use quantmark_record::digest::Digest;
use quantmark_record::schema::ModelRow;
use serde::Serialize;

use super::mixture::mixture;
use super::rates::Rates;
use super::shapes::ModelShape;

/// A model in a file type on a device.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Its name, as llama-quantize has it.
    pub file_type: String,
    /// ggml's name of the format that most weights have.
    pub format: String,
    /// Size of the weights.
    pub bytes: u64,
    /// Whether the size is that of a file that was made; else it follows from shapes and mixture.
    pub bytes_measured: bool,
    /// Speed of generation.
    pub tokens_per_second: Option<f64>,
    /// Whether the speed is that of a whole model; else it is projected from kernels.
    pub speed_measured: bool,
    /// Rise of perplexity over that before quantizing, as a share.
    pub perplexity_change: Option<f64>,
    /// Mean divergence from the model before quantizing.
    pub kld: Option<f64>,
    /// Whether the quality is of this model; else of the one that the record measured.
    pub quality_measured: bool,
    /// Why a number is missing.
    pub missing: Option<String>,
}

/// A model of a shape in every file type whose quality was measured. `speed` is the digest of the device that the rates
/// are of: what it measured of this very model counts instead of a projection.
pub fn candidates(shape: &ModelShape, rates: &Rates, speed: &Digest, quality: &Digest) -> Vec<Candidate> {
    let Some(first) = quality.models.first() else { return Vec::new() };
    let rows = quality.models.iter().filter(|row| row.model == first.model);
    rows.filter_map(|row| Some((row, FileType::from_name(&row.file_type)?)))
        .map(|(row, file_type)| {
            let mut candidate = projected(shape, rates, row, file_type);
            if row.model == shape.name {
                (candidate.bytes, candidate.bytes_measured, candidate.quality_measured) = (row.bytes, true, true);
            }
            if let Some(rate) = measured(speed, &shape.name, &row.file_type) {
                (candidate.tokens_per_second, candidate.speed_measured, candidate.missing) = (Some(rate), true, None);
            }
            candidate
        })
        .collect()
}

/// Tokens a second of a model that was really run, one token after another.
fn measured(digest: &Digest, model: &str, file_type: &str) -> Option<f64> {
    let mut rows = digest.models.iter().filter(|row| row.model == model && row.file_type == file_type);
    rows.find_map(|row| row.tg128)
}

fn projected(shape: &ModelShape, rates: &Rates, row: &ModelRow, file_type: &FileType) -> Candidate {
    let mixture = mixture(shape, file_type);
    let speed = rates.tokens_per_second(&mixture);
    Candidate {
        file_type: row.file_type.clone(),
        format: row.format.clone(),
        bytes: mixture.bytes,
        bytes_measured: false,
        tokens_per_second: speed.ok().filter(|rate| rate.is_finite()),
        speed_measured: false,
        perplexity_change: Some(row.perplexity / row.base_perplexity - 1.0),
        kld: Some(row.kld_mean),
        quality_measured: false,
        missing: speed.err().map(|format| format!("no matvec of {format} was timed")),
    }
}
