//! Replayable machines: controller image, groups.
