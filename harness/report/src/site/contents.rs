//! What pages over several devices are made from.

use quantmark_record::digest::Digest;

use super::device_row::DeviceRow;

/// A device on the pages over all of them: its latest run.
pub(super) struct Column {
    pub(super) digest: Digest,
    pub(super) slug: String,
    /// The run before, for comparison.
    pub(super) before: Option<Digest>,
}

/// What the pages over all devices are made of.
pub(super) struct Site {
    /// The newest devices.
    pub(super) columns: Vec<Column>,
    /// Every device, the newest first.
    pub(super) devices: Vec<DeviceRow>,
}

impl Site {
    /// The digest that tells what formats cost a model: the one that measured most.
    pub(super) fn quality(&self) -> Option<&Digest> {
        let digests = self.columns.iter().map(|column| &column.digest);
        digests.filter(|digest| !digest.models.is_empty()).max_by_key(|digest| digest.models.len())
    }
}
