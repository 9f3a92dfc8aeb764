//! Reference files: what an implementation answered, as GGUF that any reader opens.

use std::path::Path;

use quantmark_containers::gguf::{GgufError, GgufFile, GgufWriter, Tensor, Value};
use quantmark_kernels::{Format, ggml};

/// The architecture that marks a reference file.
const ARCHITECTURE: &str = "quantmark-reference";

/// The answers for one format.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceFile {
    /// The format.
    pub format: Format,
    /// Who made the answers.
    pub producer: String,
    /// The producer's version.
    pub version: String,
    /// The platform it ran on.
    pub platform: String,
    /// The cases, in the order of the file.
    pub cases: Vec<Case>,
}

/// One case: an input and the answers to it. What is absent is not asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// Name, unique in the file.
    pub name: String,
    /// The class of bug it is there to catch.
    pub hunts: Option<String>,
    /// Weights a row.
    pub cols: usize,
    /// Rows.
    pub rows: usize,
    /// `rows * cols` weights.
    pub source: Option<Vec<f32>>,
    /// Importance of each column, where it was passed to the quantizer.
    pub importance: Option<Vec<f32>>,
    /// `rows` rows of blocks.
    pub quantized: Option<Vec<u8>>,
    /// `rows * cols` decoded weights.
    pub dequantized: Option<Vec<f32>>,
    /// `cols` activations.
    pub activation: Option<Vec<f32>>,
    /// The activation in the format's activation format.
    pub activation_quantized: Option<Vec<u8>>,
    /// The dot product of each row with the activation.
    pub dot: Option<Vec<f32>>,
}

impl ReferenceFile {
    /// Reads a file and checks every tensor's type and shape against its case's.
    ///
    /// # Errors
    /// The file is not GGUF, or not of the schema.
    pub fn open(path: &Path) -> Result<Self, GgufError> {
        Self::read(&GgufFile::open(path)?)
    }

    /// Reads an opened file.
    ///
    /// # Errors
    /// The file is not of the schema.
    pub fn read(file: &GgufFile) -> Result<Self, GgufError> {
        let architecture = file.text("general.architecture")?;
        if architecture != ARCHITECTURE {
            let message = format!("general.architecture is {architecture:?}, expected {ARCHITECTURE:?}");
            return Err(file.content(message));
        }
        let format: Format =
            file.text("reference.format")?.parse().map_err(|error| file.content(format!("{error}")))?;
        let names = file.get("reference.cases").and_then(Value::as_strings);
        let names = names.ok_or_else(|| file.content("reference.cases is missing or no array of strings"))?;
        let reader = Reader { file, format };
        let text = |key: &str| file.get(key).and_then(Value::as_str).unwrap_or("not said").to_owned();
        Ok(Self {
            format,
            producer: text("reference.producer"),
            version: text("reference.version"),
            platform: text("reference.platform"),
            cases: names.iter().map(|name| reader.case(name)).collect::<Result<_, _>>()?,
        })
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// The disk does not take it.
    pub fn write(&self, path: &Path) -> Result<(), GgufError> {
        self.to_writer().write(path)
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// The cases contradict themselves, such as two of one name.
    pub fn to_bytes(&self) -> Result<Vec<u8>, GgufError> {
        self.to_writer().to_bytes()
    }

    fn to_writer(&self) -> GgufWriter<'_> {
        let names: Vec<String> = self.cases.iter().map(|case| case.name.clone()).collect();
        let mut writer = GgufWriter::new();
        writer
            .metadata("general.architecture", ARCHITECTURE)
            .metadata("general.name", format!("{} reference of {}", self.version, self.format).as_str())
            .metadata("reference.producer", self.producer.as_str())
            .metadata("reference.version", self.version.as_str())
            .metadata("reference.platform", self.platform.as_str())
            .metadata("reference.format", self.format.name())
            .metadata("reference.cases", names);
        for case in &self.cases {
            if let Some(hunts) = &case.hunts {
                writer.metadata(format!("reference.hunts.{}", case.name), hunts.as_str());
            }
            self.add_tensors(case, &mut writer);
        }
        writer
    }

    fn add_tensors<'a>(&self, case: &'a Case, writer: &mut GgufWriter<'a>) {
        let (cols, rows) = (case.cols as u64, case.rows as u64);
        let floats = [
            (SOURCE, &case.source, vec![cols, rows]),
            (IMPORTANCE, &case.importance, vec![cols]),
            (DEQUANTIZED, &case.dequantized, vec![cols, rows]),
            (ACTIVATION, &case.activation, vec![cols]),
            (DOT, &case.dot, vec![rows]),
        ];
        let blocks = [
            (QUANTIZED, &case.quantized, Some(self.format), vec![cols, rows]),
            (ACTIVATION_QUANTIZED, &case.activation_quantized, self.format.spec().activation, vec![cols]),
        ];
        for (part, values, shape) in floats {
            if let Some(values) = values {
                let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                writer.tensor(format!("{}.{part}", case.name), &shape, ggml::type_id(Format::F32), bytes);
            }
        }
        for (part, bytes, format, shape) in blocks {
            if let (Some(bytes), Some(format)) = (bytes, format) {
                writer.tensor(format!("{}.{part}", case.name), &shape, ggml::type_id(format), bytes.as_slice());
            }
        }
    }
}

/// Reads one file.
struct Reader<'a> {
    file: &'a GgufFile,
    format: Format,
}

impl Reader<'_> {
    fn case(&self, name: &str) -> Result<Case, GgufError> {
        let (cols, rows) = self.shape(name)?;
        let matrix = [cols, rows];
        let case = Case {
            name: name.to_owned(),
            hunts: self.file.get(&format!("reference.hunts.{name}")).and_then(Value::as_str).map(str::to_owned),
            cols: self.size(name, cols)?,
            rows: self.size(name, rows)?,
            source: self.floats(name, SOURCE, &matrix)?,
            importance: self.floats(name, IMPORTANCE, &[cols])?,
            quantized: self.blocks(name, QUANTIZED, Some(self.format), &matrix)?,
            dequantized: self.floats(name, DEQUANTIZED, &matrix)?,
            activation: self.floats(name, ACTIVATION, &[cols])?,
            activation_quantized: self.blocks(name, ACTIVATION_QUANTIZED, self.format.spec().activation, &[cols])?,
            dot: self.floats(name, DOT, &[rows])?,
        };
        Ok(case)
    }

    /// Columns and rows of a case: those of its first matrix.
    fn shape(&self, name: &str) -> Result<(u64, u64), GgufError> {
        for part in [SOURCE, QUANTIZED, DEQUANTIZED] {
            if let Some(tensor) = self.file.tensor(&format!("{name}.{part}")) {
                return Ok((tensor.info().cols(), tensor.info().rows()));
            }
        }
        Err(self.file.content(format!("case {name:?} has no {SOURCE}, {QUANTIZED} or {DEQUANTIZED} tensor")))
    }

    fn size(&self, name: &str, n: u64) -> Result<usize, GgufError> {
        usize::try_from(n).map_err(|_| self.file.content(format!("case {name:?} is larger than the address space")))
    }

    fn floats(&self, case: &str, part: &str, shape: &[u64]) -> Result<Option<Vec<f32>>, GgufError> {
        let tensor = self.tensor(case, part, Some(Format::F32), shape)?;
        Ok(tensor.and_then(|tensor| tensor.as_f32()).map(std::borrow::Cow::into_owned))
    }

    fn blocks(
        &self,
        case: &str,
        part: &str,
        format: Option<Format>,
        shape: &[u64],
    ) -> Result<Option<Vec<u8>>, GgufError> {
        Ok(self.tensor(case, part, format, shape)?.map(|tensor| tensor.data().to_vec()))
    }

    /// A tensor of a case, of the type and shape that the schema says.
    fn tensor(
        &self,
        case: &str,
        part: &str,
        format: Option<Format>,
        shape: &[u64],
    ) -> Result<Option<Tensor<'_>>, GgufError> {
        let name = format!("{case}.{part}");
        let Some(tensor) = self.file.tensor(&name) else { return Ok(None) };
        let info = tensor.info();
        let Some(format) = format else {
            return Err(self.file.content(format!("tensor {name:?}: {} has no activation format", self.format)));
        };
        if info.format() != Some(format) {
            let got = info.type_name();
            return Err(self.file.content(format!("tensor {name:?} is {got}, expected {format}")));
        }
        // Writers differ in whether they keep trailing dimensions of one.
        let meaningful = |shape: &[u64]| {
            let len = shape.iter().rposition(|&n| n != 1).map_or(0, |last| last + 1);
            shape[..len].to_vec()
        };
        if meaningful(&info.shape) != meaningful(shape) {
            let got = &info.shape;
            return Err(self.file.content(format!("tensor {name:?} has shape {got:?}, expected {shape:?}")));
        }
        Ok(Some(tensor))
    }
}

const SOURCE: &str = "source";
const IMPORTANCE: &str = "importance";
const QUANTIZED: &str = "quantized";
const DEQUANTIZED: &str = "dequantized";
const ACTIVATION: &str = "activation";
const ACTIVATION_QUANTIZED: &str = "activation_quantized";
const DOT: &str = "dot";

#[cfg(test)]
mod tests {
    use quantmark_kernels::Format;

    use super::{Case, ReferenceFile};
    use quantmark_containers::gguf::GgufFile;

    #[test]
    fn a_file_comes_back_as_it_was() {
        let case = Case {
            name: "one".to_owned(),
            hunts: Some("nothing".to_owned()),
            cols: 32,
            rows: 2,
            source: Some(vec![1.5; 64]),
            quantized: Some(vec![7; 36]),
            activation: Some(vec![-0.0; 32]),
            activation_quantized: Some(vec![9; 34]),
            dot: Some(vec![f32::INFINITY, 2.0]),
            ..Case::default()
        };
        let file = ReferenceFile {
            format: Format::Q4_0,
            producer: "a".to_owned(),
            version: "b".to_owned(),
            platform: "c".to_owned(),
            cases: vec![case],
        };
        let bytes = file.to_bytes().unwrap();
        assert_eq!(ReferenceFile::read(&GgufFile::from_bytes("memory", bytes).unwrap()).unwrap(), file);
    }
}
