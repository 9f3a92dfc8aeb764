//! Every device of a lab at once: each in a process of its own, so that one that hangs or dies is a row and not the end.

mod agreement;
mod device;
mod order;
mod row;

use std::thread;

pub use agreement::agreement;
pub use order::Order;
pub use row::{Ending, Row};

use crate::devices::{Ask, LabFile, Way, resolve_in};
use device::Device;

/// Runs every device; rows come in the order of the inventory. What runs on this machine, emulated devices included, runs
/// one after another, for each would disturb the other's timings; boards run beside that and each other.
pub fn run(order: &Order, lab: &LabFile, say: &(dyn Fn(&Row) + Sync)) -> Vec<Row> {
    let names: Vec<&String> = lab.devices.iter().chain(lab.boards.iter().map(|board| &board.name)).collect();
    let mut rows: Vec<Option<Row>> = vec![None; names.len()];
    let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
    for (slot, name) in rows.iter_mut().zip(&names) {
        let ask = Ask { name: (*name).clone(), ..Ask::default() };
        match resolve_in(lab, &ask) {
            Ok(place) if matches!(place.way, Way::Ssh(_)) => elsewhere.push((slot, Device::new(name, &place, order))),
            Ok(place) => here.push((slot, Device::new(name, &place, order))),
            Err(failure) => {
                let row = Row::dead(name, failure.to_string());
                say(&row);
                *slot = Some(row);
            }
        }
    }
    thread::scope(|scope| {
        for (slot, device) in elsewhere {
            scope.spawn(move || run_one(slot, &device, say));
        }
        scope.spawn(move || here.into_iter().for_each(|(slot, device)| run_one(slot, &device, say)));
    });
    rows.into_iter().map(|row| row.expect("every device has run")).collect()
}

fn run_one(slot: &mut Option<Row>, device: &Device<'_>, say: &(dyn Fn(&Row) + Sync)) {
    let row = device.run();
    say(&row);
    *slot = Some(row);
}
