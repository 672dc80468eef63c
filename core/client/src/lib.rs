//! Producer, consumer, admin.
