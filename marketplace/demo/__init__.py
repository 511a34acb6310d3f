"""An invented programme, told in three languages with dates relative to today."""
