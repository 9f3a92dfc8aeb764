//! Quantizes a matrix to Q4_K and multiplies it with a vector, on the preferred backend of this machine.
//!
//! `cargo run --release -p quantmark-kernels --example matvec`

use quantmark_kernels::{Available, Format, kernels};

const ROWS: usize = 4;
const COLS: usize = 512;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tier = Available::strongest(None);
    let format = Format::Q4_K;
    let weights = kernels(format, tier).ok_or("the backend has no kernels of the format")?;
    // A product takes activations in the format that goes with the weights'.
    let activation_format = format.spec().activation.ok_or("the format is for activations only")?;
    let activations =
        kernels(activation_format, tier).ok_or("the backend has no kernels of the activations' format")?;

    let row_bytes = format.row_bytes(COLS).ok_or("a row must be whole blocks")?;
    let mut matrix = vec![0; ROWS * row_bytes];
    let number = |row: usize, col: usize| ((row * 7 + col) % 31) as f32 / 31.0 - 0.5;
    for (row, blocks) in matrix.chunks_exact_mut(row_bytes).enumerate() {
        let numbers: Vec<f32> = (0..COLS).map(|col| number(row, col)).collect();
        weights.quantize(&numbers, blocks)?;
    }
    let vector: Vec<f32> = (0..COLS).map(|col| (col as f32 / 40.0).sin()).collect();
    let mut activation = vec![0; activation_format.row_bytes(COLS).ok_or("a row must be whole blocks")?];
    activations.quantize(&vector, &mut activation)?;

    let mut product = [0.0; ROWS];
    weights.matvec(COLS, &matrix, &activation, &mut product)?;
    for (row, got) in product.iter().enumerate() {
        let exact: f32 = (0..COLS).map(|col| number(row, col) * vector[col]).sum();
        println!("row {row}: {got:9.4} by {format} on {}, {exact:9.4} in f32", tier.backend());
    }
    Ok(())
}
