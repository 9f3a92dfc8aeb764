//! How small: what each format makes of layers of well-known models.

use quantmark_kernels::Format;
use quantmark_record::schema::{LayerSize, SizeRow};
use serde::Deserialize;

const LAYERS: &str = include_str!("../../../suites/size/layers.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    layer: String,
    rows: u64,
    cols: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    layer: Vec<Layer>,
}

/// The sizes of a format.
pub fn sizes(format: Format) -> SizeRow {
    let spec = format.spec();
    let file: File = toml::from_str(LAYERS).expect("layers.toml is checked by a test");
    let layers = file.layer.into_iter().map(|Layer { layer, rows, cols }| {
        let row = usize::try_from(cols).ok().and_then(|cols| format.row_bytes(cols));
        LayerSize { layer, rows, cols, bytes: row.and_then(|row| rows.checked_mul(row as u64)) }
    });
    SizeRow {
        format: spec.name.to_owned(),
        block_len: spec.block_len,
        block_bytes: spec.block_bytes,
        bits_per_weight: spec.bits_per_weight(),
        layers: layers.collect(),
    }
}

#[cfg(test)]
mod tests {
    use quantmark_kernels::Format;

    use super::sizes;

    #[test]
    fn a_row_of_partial_blocks_has_no_size() {
        let bytes = |format| {
            let row = sizes(format);
            row.layers.iter().find(|layer| layer.cols == 896).unwrap().bytes
        };
        assert_eq!(bytes(Format::Q4_0), Some(4864 * 896 / 32 * 18));
        assert_eq!(bytes(Format::Q4_K), None);
    }
}
