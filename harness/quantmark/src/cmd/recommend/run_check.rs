//! Running a model now, to hold the projection of its speed against.

use std::path::Path;

use quantmark_cli::select::tier;
use quantmark_containers::gguf::GgufFile;
use quantmark_fault::Failure;
use quantmark_model::network::Model;
use quantmark_model::store::resolve;
use quantmark_record::digest::Digest;
use quantmark_speed::model::model_speed;
use quantmark_verdict::recommend::{Check, Rates, of_file};

/// Looks at the model.
const LOOKS: usize = 3;

/// Measures a model's tokens a second on this machine, and what the record's rates make of it.
pub(super) fn run(name: &Path, digest: &Digest) -> Result<Check, Failure> {
    let file = GgufFile::open(&resolve(name)?).map_err(Failure::usage)?;
    let tier = tier()?;
    let model = Model::read(&file, tier).map_err(Failure::usage)?;
    let title = file.text("general.name").unwrap_or("a model").to_owned();
    let backend = tier.backend().name();
    let threads = rayon::current_num_threads();
    let rates = Rates::of(digest, Some(backend), Some(threads)).or_else(|| Rates::of(digest, Some(backend), None));
    let rates = rates.ok_or_else(|| {
        Failure::usage(format!(
            "--check {}: the record timed no matvec of the {backend} kernels, which run models",
            name.display()
        ))
    })?;
    let projected = rates.tokens_per_second(&of_file(&file)).map_err(|format| {
        Failure::usage(format!("--check {}: the record timed no matvec of {format}", name.display()))
    })?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(rates.threads).build().map_err(Failure::environment)?;
    let tokens: Vec<u32> = (1..64).map(|token| token % model.tokens().max(2) as u32).collect();
    let measured = pool.install(|| model_speed(&model, &tokens, None, LOOKS))?.tg128.median();
    let measured = measured.ok_or_else(|| Failure::environment("no time was measured"))?;
    Check::over(&title, backend, rates.threads, &[projected / measured])
        .ok_or_else(|| Failure::environment("no time was measured"))
}
