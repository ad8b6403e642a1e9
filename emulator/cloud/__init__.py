"""The embedded cloud: moto's S3 and SQS in a process of their own, held to more of AWS's rules."""
