//! Scripts over the image.
