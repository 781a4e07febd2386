"""What tests share: real servers, factories, and the contracts that every implementation has to pass."""
