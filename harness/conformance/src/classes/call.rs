//! One call of an operation with everything that goes in, so that a class can place the buffers as it likes.

use bytemuck::{cast_slice, cast_slice_mut};
use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, Importance, MatmulShape, Operation};
use quantmark_reference::generator::importance::ImportanceRow;
use quantmark_reference::generator::random::Random;

use crate::case::Finding;
use crate::{blocks, compare, product};

/// The operations that a format has at all, on a backend without holes.
pub fn operations(format: Format) -> impl Iterator<Item = Operation> {
    let spec = format.spec();
    Operation::ALL.iter().copied().filter(move |operation| match operation {
        Operation::Quantize => spec.importance != Importance::Required,
        Operation::QuantizeWeighted => spec.importance != Importance::Ignored,
        Operation::Dequantize => true,
        Operation::Dot | Operation::Matvec | Operation::Matmul => spec.activation.is_some(),
    })
}

/// One buffer of a call.
#[derive(Clone, Debug)]
pub struct Buffer {
    /// Its name in messages.
    pub name: &'static str,
    /// Alignment of its elements.
    pub align: usize,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// An operation with its inputs.
#[derive(Clone, Debug)]
pub struct Call {
    /// The format.
    pub format: Format,
    /// The operation.
    pub operation: Operation,
    /// The shape; rows are 1 for dot and the quantizers, the batch is 1 for all but matmul.
    pub shape: MatmulShape,
    /// What goes in, in the order of the operation's arguments.
    pub inputs: Vec<Buffer>,
}

impl Call {
    /// A call on random inputs of ordinary size, activations in the format that the subject takes; `shape` is cut down to
    /// what the operation has.
    pub fn random(
        subject: &dyn Implementation,
        format: Format,
        operation: Operation,
        shape: MatmulShape,
        random: &mut Random,
    ) -> Self {
        let rows = if matches!(operation, Operation::Matvec | Operation::Matmul) { shape.rows } else { 1 };
        let batch = if operation == Operation::Matmul { shape.batch } else { 1 };
        let shape = MatmulShape { rows, batch, ..shape };
        let floats = |name, values: &[f32]| Buffer { name, align: 4, bytes: cast_slice(values).to_vec() };
        let mut row_of = |name, format: Format, rows: usize| {
            let blocks = rows * shape.cols / format.spec().block_len;
            Buffer { name, align: 1, bytes: blocks::ordinary(format, blocks, random) }
        };
        let inputs = match operation {
            Operation::Quantize | Operation::QuantizeWeighted => {
                let source: Vec<f32> = (0..shape.cols).map(|_| random.gaussian()).collect();
                let mut inputs = vec![floats("source", &source)];
                if operation == Operation::QuantizeWeighted {
                    inputs.push(floats("importance", &ImportanceRow::Varied.row(shape.cols, random)));
                }
                inputs
            }
            Operation::Dequantize => vec![row_of("blocks", format, 1)],
            Operation::Dot | Operation::Matvec | Operation::Matmul => {
                let partner = format.spec().activation.expect("the format has a dot product");
                let (weights, mut activation) = (row_of("weights", format, rows), row_of("activation", partner, batch));
                if subject.activation(format) == Some(Format::F32) {
                    let numbers = product::activations(subject, format, &activation.bytes).expect("whole blocks");
                    activation = Buffer { name: "activation", align: 4, bytes: numbers.into_owned() };
                }
                vec![weights, activation]
            }
        };
        Self { format, operation, shape, inputs }
    }

    /// Bytes of the output.
    pub fn output_len(&self) -> usize {
        match self.operation {
            Operation::Quantize | Operation::QuantizeWeighted => {
                self.format.row_bytes(self.shape.cols).expect("whole blocks")
            }
            Operation::Dequantize => 4 * self.shape.cols,
            Operation::Dot | Operation::Matvec | Operation::Matmul => 4 * self.shape.rows * self.shape.batch,
        }
    }

    /// Alignment of the output's elements.
    pub fn output_align(&self) -> usize {
        if matches!(self.operation, Operation::Quantize | Operation::QuantizeWeighted) { 1 } else { 4 }
    }

    /// Runs the call with its inputs and output lying where the caller has put them.
    ///
    /// # Errors
    /// The subject refuses.
    ///
    /// # Panics
    /// A buffer is not aligned as its elements need.
    pub fn run(&self, subject: &dyn Implementation, inputs: &[&[u8]], out: &mut [u8]) -> Result<(), Refusal> {
        let (format, cols) = (self.format, self.shape.cols);
        match self.operation {
            Operation::Quantize => subject.quantize(format, cast_slice(inputs[0]), out),
            Operation::QuantizeWeighted => {
                subject.quantize_weighted(format, cast_slice(inputs[0]), cast_slice(inputs[1]), out)
            }
            Operation::Dequantize => subject.dequantize(format, inputs[0], cast_slice_mut(out)),
            Operation::Dot => {
                out.copy_from_slice(&subject.dot(format, cols, inputs[0], inputs[1])?.to_ne_bytes());
                Ok(())
            }
            Operation::Matvec => subject.matvec(format, cols, inputs[0], inputs[1], cast_slice_mut(out)),
            Operation::Matmul => subject.matmul(format, self.shape, inputs[0], inputs[1], cast_slice_mut(out)),
        }
    }

    /// Runs the call on buffers of its own, the output filled with a byte beforehand: 0xff makes every f32 a NaN.
    ///
    /// # Errors
    /// The subject refuses.
    pub fn output(&self, subject: &dyn Implementation, fill: u8) -> Result<Vec<u8>, Refusal> {
        let inputs: Vec<Aligned> = self.inputs.iter().map(|buffer| Aligned::copy_of(&buffer.bytes, 0)).collect();
        let inputs: Vec<&[u8]> = inputs.iter().map(Aligned::get).collect();
        let mut out = Aligned::copy_of(&vec![fill; self.output_len()], 0);
        self.run(subject, &inputs, out.get_mut())?;
        Ok(out.get().to_vec())
    }

    /// Compares two outputs of the call.
    pub fn compare(&self, expected: &[u8], got: &[u8]) -> Option<Finding> {
        let floats = |bytes: &[u8]| -> Vec<f32> {
            bytes.chunks_exact(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]])).collect()
        };
        let first = &self.inputs[0].bytes;
        match self.operation {
            Operation::Quantize | Operation::QuantizeWeighted => compare::bytes(self.format, expected, got),
            Operation::Dequantize => compare::decoded(self.format, first, &floats(expected), &floats(got)),
            Operation::Dot | Operation::Matvec | Operation::Matmul => {
                compare::outputs(self.format, self.shape.rows, first, &floats(expected), &floats(got))
            }
        }
    }
}

/// Bytes at a chosen distance from a cache line's start.
pub struct Aligned {
    lines: Vec<Line>,
    offset: usize,
    len: usize,
}

/// A cache line.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
struct Line([u8; 64]);

impl Aligned {
    /// A copy `offset` bytes after the start of a line.
    pub fn copy_of(bytes: &[u8], offset: usize) -> Self {
        let lines = vec![Line([0; 64]); (offset + bytes.len()).div_ceil(64).max(1)];
        let mut aligned = Self { lines, offset, len: bytes.len() };
        aligned.get_mut().copy_from_slice(bytes);
        aligned
    }

    /// The bytes.
    pub fn get(&self) -> &[u8] {
        &cast_slice(&self.lines)[self.offset..self.offset + self.len]
    }

    /// The bytes, to be written.
    pub fn get_mut(&mut self) -> &mut [u8] {
        &mut cast_slice_mut(&mut self.lines)[self.offset..self.offset + self.len]
    }
}
