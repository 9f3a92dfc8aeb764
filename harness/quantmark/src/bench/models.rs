//! The quality ladder: one model in every file type, how well it predicts, how far it is from itself before quantizing,
//! and how fast it runs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use quantmark_containers::gguf::GgufFile;
use quantmark_fault::Failure;
use quantmark_files::checksum::sha256;
use quantmark_kernels::{Available, Format, Importance, Operation, strongest};
use quantmark_model::file_type::FileType;
use quantmark_model::importance::{ImportanceMatrix, write_importance};
use quantmark_model::network::Model;
use quantmark_model::quality::{Base, PROTOCOL, Windows, collect_importance, measure_against, read_all};
use quantmark_model::quantize;
use quantmark_model::quantize::Request;
use quantmark_model::tokenizer::{TokenId, Tokenizer};
use quantmark_record::Writer;
use quantmark_record::schema::{ModelAgainst, ModelRow};
use quantmark_reference::reference_data;
use quantmark_speed::model::{ModelSpeed, model_speed};
use serde::Deserialize;

use super::gate::Gate;
use super::{Against, ModelLook};
use crate::progress::Progress;

const LADDER: &str = include_str!("../../../../suites/models/ladder.toml");

/// What is made of which model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ladder {
    name: String,
    model: PathBuf,
    text: PathBuf,
    context: usize,
    importance_windows: usize,
    file_types: Vec<String>,
}

/// The rows of a run, before they are run.
#[derive(Clone, Debug)]
pub struct Models {
    ladder: Ladder,
    file_types: Vec<&'static FileType>,
    windows: usize,
    with_importance: bool,
    threads: usize,
    tier: Available,
}

/// Looks at each speed.
const LOOKS: usize = 3;

impl Models {
    /// The file types whose main format is one of these, looked at as `look` says, by kernels up to `tier`.
    pub fn new(formats: &[Format], look: &ModelLook, threads: usize, tier: Available) -> Self {
        let ladder: Ladder = toml::from_str(LADDER).expect("ladder.toml is checked by a test");
        let asked = |name: &&String| look.file_types.as_ref().is_none_or(|asked| asked.contains(name));
        let named =
            ladder.file_types.iter().filter(asked).map(|name| FileType::from_name(name).expect("checked by a test"));
        let file_types = named.filter(|file_type| formats.contains(&file_type.main)).collect();
        Self { ladder, file_types, windows: look.windows, with_importance: look.importance, threads, tier }
    }

    /// The ids of the rows.
    pub fn ids(&self) -> impl Iterator<Item = String> + '_ {
        self.file_types.iter().map(|file_type| self.id(file_type))
    }

    /// What decides the rows, in words.
    pub fn words(&self) -> String {
        format!("models: {} over {} windows", self.ladder.name, self.windows)
    }

    fn id(&self, file_type: &FileType) -> String {
        format!("models/{}/{}/{}", self.ladder.name, file_type.name, self.tier.backend())
    }

    /// Makes and measures the models that are not done yet and whose kernels are right, each into the record.
    ///
    /// # Errors
    /// The reference model or its text is not there or not what it was, the disk is full, the record cannot be written.
    pub fn run(
        &self,
        done: &HashSet<String>,
        gate: &Gate,
        emulated: bool,
        against: Option<&Against>,
        writer: &mut Writer,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let wanted = self.file_types.iter().copied().filter(|file_type| !done.contains(&self.id(file_type)));
        let wanted: Vec<&FileType> = wanted.collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build().map_err(Failure::environment)?;
        let step = progress.step("models", wanted.len() as u64);
        let data = reference_data()?;
        let file = GgufFile::open(&data.join(&self.ladder.model)).map_err(Failure::environment)?;
        let model = Model::read(&file, self.tier).map_err(Failure::environment)?;
        let text = self.text(&data, &file)?;
        let importance = self.with_importance.then(|| pool.install(|| self.importance(&model, &text))).transpose()?;
        let base_rows = pool.install(|| read_all(&model, &text.scored)).map_err(Failure::environment)?;
        let mut measured = 0;
        for file_type in &wanted {
            step.advance(file_type.name);
            let made = Made { file_type, file: &file, importance: importance.as_ref() };
            if let Some(format) = self.wrong_format(&made, gate)? {
                progress.say(&format!("{} is not measured: checks of {format} failed", file_type.name));
                continue;
            }
            measured += 1;
            let row = pool.install(|| self.row(&made, &model, &base_rows, &text, emulated, against))?;
            writer.append(row).map_err(Failure::environment)?;
        }
        step.finish(&format!("{measured} measured"));
        Ok(())
    }

    fn text(&self, data: &Path, file: &GgufFile) -> Result<Text, Failure> {
        let path = data.join(&self.ladder.text);
        let bytes =
            std::fs::read(&path).map_err(|error| Failure::environment(format!("{}: {error}", path.display())))?;
        let tokenizer = Tokenizer::read(file).map_err(Failure::environment)?;
        let all = Windows::of(&bytes, &tokenizer, self.ladder.context, None).map_err(Failure::environment)?;
        let last = all.count().saturating_sub(self.ladder.importance_windows);
        Ok(Text { scored: all.between(0..self.windows.min(last)), importance: all.between(last..all.count()) })
    }

    fn importance(&self, model: &Model<'_>, text: &Text) -> Result<ImportanceMatrix, Failure> {
        let sums = collect_importance(model, &text.importance, &|| {}).map_err(Failure::environment)?;
        let folder = tempfile::tempdir().map_err(Failure::environment)?;
        let path = folder.path().join("importance.gguf");
        let (count, length) = (text.importance.count() as u32, self.ladder.context as u32);
        write_importance(&sums, &self.ladder.text.to_string_lossy(), count, length, &path)
            .map_err(Failure::environment)?;
        ImportanceMatrix::read(&path).map_err(Failure::environment)
    }

    fn request<'a>(&self, made: &Made<'a>) -> Request<'a> {
        let weighted = made.file_type.main.spec().importance != Importance::Ignored;
        Request {
            file_type: made.file_type,
            pure: false,
            tensor_types: &[],
            output_type: None,
            embedding_type: None,
            importance: made.importance.filter(|_| weighted),
            allow_requantize: false,
            tier: self.tier,
        }
    }

    /// A format of the mixture whose kernels, or those of its activations, were seen to be wrong.
    fn wrong_format(&self, made: &Made<'_>, gate: &Gate) -> Result<Option<Format>, Failure> {
        let steps = quantize::plan(made.file, &self.request(made)).map_err(Failure::environment)?;
        let formats = made.file.tensors().iter().zip(&steps).filter_map(|(info, step)| step.to.or(info.format()));
        let with_activations = formats.flat_map(|format| [Some(format), format.spec().activation]).flatten();
        let of_tier = |format| strongest(format, self.tier, Operation::Dequantize);
        let mut kernels = with_activations.filter_map(of_tier);
        Ok(kernels.find(|kernels| gate.failed(kernels.format(), kernels.backend()) > 0).map(|kernels| kernels.format()))
    }

    fn row(
        &self,
        made: &Made<'_>,
        model: &Model<'_>,
        base_rows: &[Vec<f32>],
        text: &Text,
        emulated: bool,
        against: Option<&Against>,
    ) -> Result<ModelRow, Failure> {
        let Made { file_type, file, .. } = *made;
        let mut base = Base::rows(model, base_rows);
        let folder = tempfile::tempdir().map_err(Failure::environment)?;
        let path = folder.path().join("model.gguf");
        let request = self.request(made);
        let steps = quantize::plan(file, &request).map_err(Failure::environment)?;
        quantize::write(file, &steps, &request, &path, &|_, _| {}).map_err(|error| match error {
            quantize::WriteError::Weights(message) => Failure::environment(message),
            quantize::WriteError::Output(error) => Failure::environment(error),
        })?;
        let made = GgufFile::open(&path).map_err(Failure::environment)?;
        let model = Model::read(&made, self.tier).map_err(Failure::environment)?;
        let measured = measure_against(&model, &mut base, &text.scored, &|_| {});
        let (perplexity, base_perplexity, divergence) = measured.map_err(Failure::environment)?;
        let weights: u64 = made.tensors().iter().map(|tensor| tensor.elements()).sum();
        let bytes: u64 = made.tensors().iter().map(|tensor| tensor.bytes).sum();
        let timed = if emulated { None } else { Some(self.speed(&path, &model, &text.scored.input(0), against)?) };
        let (speed, against) = timed.unwrap_or_default();
        Ok(ModelRow {
            id: self.id(file_type),
            model: self.ladder.name.clone(),
            file_type: file_type.name.to_owned(),
            format: file_type.main.name().to_owned(),
            backend: self.tier.backend().name().to_owned(),
            threads: rayon::current_num_threads(),
            bytes,
            bits_per_weight: bytes as f64 * 8.0 / weights as f64,
            sha256: sha256(&path).map_err(Failure::environment)?,
            protocol: PROTOCOL.to_owned(),
            tokens_sha256: text.scored.tokens_sha256(),
            windows: text.scored.count() as u64,
            context: self.ladder.context as u64,
            importance: request.importance.is_some(),
            perplexity: perplexity.perplexity,
            perplexity_error: perplexity.error,
            base_perplexity: base_perplexity.perplexity,
            kld_mean: divergence.kld_mean.max(0.0),
            kld_error: divergence.kld_error,
            kld_99: divergence.kld_99.max(0.0),
            same_top: divergence.same_top,
            pp512: speed.pp512.median(),
            tg128: speed.tg128.median(),
            against,
        })
    }
}

impl Models {
    /// How fast a model runs, and the other side with the same file, where that takes part.
    fn speed(
        &self,
        path: &Path,
        model: &Model<'_>,
        tokens: &[TokenId],
        against: Option<&Against>,
    ) -> Result<(ModelSpeed, Option<ModelAgainst>), Failure> {
        let beside = against.and_then(|against| against.of(self.tier.backend()));
        let opened = beside.and_then(|implementation| Some((implementation, implementation.open_model(path).ok()?)));
        let Some((implementation, opened)) = opened else {
            return Ok((model_speed(model, tokens, None, LOOKS)?, None));
        };
        let mut session = opened.session(self.ladder.context, self.threads).map_err(Failure::environment)?;
        let speed = model_speed(model, tokens, Some(session.as_mut()), LOOKS)?;
        let receipt = implementation.receipt();
        let against = speed.against(&receipt.name, &receipt.variant);
        Ok((speed, against))
    }
}

/// What a model is made from.
struct Made<'a> {
    file_type: &'static FileType,
    file: &'a GgufFile,
    importance: Option<&'a ImportanceMatrix>,
}

struct Text {
    scored: Windows,
    importance: Windows,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_names_every_file_type_once() {
        let look = ModelLook { windows: 1, file_types: None, importance: true };
        let models = Models::new(Format::ALL, &look, 1, Available::strongest(None));
        let names: HashSet<&str> = models.file_types.iter().map(|file_type| file_type.name).collect();
        assert_eq!(names.len(), models.ladder.file_types.len());
        for file_type in quantmark_model::file_type::FILE_TYPES {
            assert!(names.contains(file_type.name), "{}", file_type.name);
        }
    }
}
