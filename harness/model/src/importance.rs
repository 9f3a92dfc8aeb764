//! Importance matrices as `llama-imatrix` writes them: for each matrix the mean square of what each column was
//! multiplied with.
//!
//! A GGUF file with `general.type = imatrix` and, for a matrix NAME, `NAME.in_sum2` (F32, sums of squares, a row an
//! expert) and `NAME.counts` (F32, how many were added, one number an expert).

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use quantmark_containers::gguf::{GgufError, GgufFile, GgufWriter, Value};
use quantmark_files::shown::shown;
use quantmark_kernels::{Format, ggml};

/// The squares of what the columns of a matrix were multiplied with, added up.
#[derive(Clone, Debug, PartialEq)]
pub struct Sums {
    squares: Vec<f64>,
    count: u64,
}

impl Sums {
    /// Nothing yet, for a matrix of so many columns.
    pub fn new(cols: usize) -> Self {
        Self { squares: vec![0.0; cols], count: 0 }
    }

    /// Adds rows of as many numbers as there are columns.
    pub fn add(&mut self, rows: &[f32]) {
        for row in rows.chunks_exact(self.squares.len()) {
            for (sum, x) in self.squares.iter_mut().zip(row) {
                *sum += f64::from(x * x);
            }
            self.count += 1;
        }
    }
}

/// Writes a file; `text` and the windows' number and length are kept for people.
///
/// # Errors
/// The disk does not take it.
pub fn write_importance(
    sums: &BTreeMap<String, Sums>,
    text: &str,
    windows: u32,
    window: u32,
    path: &Path,
) -> Result<(), GgufError> {
    let mut writer = GgufWriter::new();
    writer
        .metadata("general.type", "imatrix")
        .metadata("imatrix.datasets", vec![text.to_owned()])
        .metadata("imatrix.chunk_count", Value::U32(windows))
        .metadata("imatrix.chunk_size", Value::U32(window));
    for (name, sums) in sums {
        let bytes: Vec<u8> = sums.squares.iter().flat_map(|&sum| (sum as f32).to_le_bytes()).collect();
        let f32_id = ggml::type_id(Format::F32);
        writer.tensor(format!("{name}.in_sum2"), &[sums.squares.len() as u64, 1], f32_id, bytes);
        writer.tensor(format!("{name}.counts"), &[1, 1], f32_id, (sums.count as f32).to_le_bytes().to_vec());
    }
    writer.write(path)
}

/// The importance of columns, by matrix.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportanceMatrix {
    by_name: HashMap<String, Vec<f32>>,
}

impl ImportanceMatrix {
    /// Reads a file.
    ///
    /// # Errors
    /// The file is no valid GGUF, no importance matrix, or its tensors do not belong together.
    pub fn read(path: &Path) -> Result<Self, GgufError> {
        let file = GgufFile::open(path)?;
        let kind = file.text("general.type")?;
        if kind != "imatrix" {
            return Err(file.content(format!("general.type is {}, expected imatrix", shown(kind))));
        }
        let mut by_name = HashMap::new();
        for sums in file.iter() {
            let Some(name) = sums.info().name.strip_suffix(".in_sum2") else { continue };
            by_name.insert(name.to_owned(), means(&file, name)?);
        }
        if by_name.is_empty() {
            return Err(file.content("no tensor ends in .in_sum2"));
        }
        Ok(Self { by_name })
    }

    /// The importance of a matrix's columns, experts one after another.
    pub fn get(&self, matrix: &str) -> Option<&[f32]> {
        self.by_name.get(matrix).map(Vec::as_slice)
    }

    /// Matrices that have importance.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether no matrix has importance.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }
}

/// Sums over counts; 1 for an expert that was never used, as `llama-quantize` has it.
fn means(file: &GgufFile, name: &str) -> Result<Vec<f32>, GgufError> {
    let numbers = |suffix: &str| {
        let tensor = file.tensor(&format!("{name}.{suffix}"));
        let tensor = tensor.ok_or_else(|| file.content(format!("{} has no {suffix}", shown(name))))?;
        tensor.as_f32().ok_or_else(|| file.content(format!("{}.{suffix} is not F32", shown(name))))
    };
    let (sums, counts) = (numbers("in_sum2")?, numbers("counts")?);
    if !sums.len().is_multiple_of(counts.len()) {
        let (sums, counts) = (sums.len(), counts.len());
        return Err(file.content(format!("{}: {sums} sums do not divide among {counts} counts", shown(name))));
    }
    if let Some(wrong) = sums.iter().chain(&*counts).find(|number| !(number.is_finite() && **number >= 0.0)) {
        return Err(file.content(format!("{}: {wrong} is no sum of squares and no count", shown(name))));
    }
    let experts = sums.chunks_exact(sums.len() / counts.len()).zip(&*counts);
    Ok(experts
        .flat_map(|(sums, &count)| sums.iter().map(move |sum| if count > 0.0 { sum / count } else { 1.0 }))
        .collect())
}
