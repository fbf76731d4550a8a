//! Records under torn lines, failing disks and two writers.
