# Machines that join by themselves: each gets a token of its own and the cloud-init recipe beside this folder. What makes machines differs by provider; here it is
# a module of yours that takes a name and user data. The tokens are made before the machines, on a node:
#   for i in 4 5 6; do pryvd token create --ttl 1h | head -n 1; done
variable "peers" {
  description = "Addresses of members that are there"
  type        = list(string)
}

variable "tokens" {
  description = "A join token for each new machine, by its name"
  type        = map(string)
  sensitive   = true
}

variable "datacenter" {
  description = "Where the machines stand; placement spreads over it"
  type        = string
  default     = "default"
}

locals {
  user_data = {
    for name, token in var.tokens : name => join("\n", ["#cloud-config", yamlencode({
      hostname = name
      write_files = [
        { path = "/etc/pryvd/join-token", permissions = "0600", content = "${token}\n" },
        {
          path = "/etc/pryvd/pryvd.yaml"
          content = yamlencode({
            datacenter = var.datacenter
            peers      = var.peers
            token_file = "/etc/pryvd/join-token"
          })
        },
      ]
    })])
  }
}

output "user_data" {
  description = "For the machines' user data, by name; their image holds the package"
  value       = local.user_data
  sensitive   = true
}
