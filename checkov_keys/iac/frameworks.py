"""What `checkov-keys scan` scans if nothing else is said. Imports nothing: help and completion need it at once."""

# The frameworks of Checkov (`--framework`) whose runners ask the registries of registration.READERS, and Serverless,
# whose runner does not. Helm and Kustomize are left to whoever asks for them: their runners start programs that may use
# the network.
FRAMEWORKS: tuple[str, ...] = (
    "terraform",
    "terraform_json",
    "terraform_plan",
    "cloudformation",
    "kubernetes",
    "ansible",
    "serverless",
)
