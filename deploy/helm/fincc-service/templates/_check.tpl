{{/* What a schema cannot say: values that do not go together. Each message says what to change. */}}

{{- define "fincc.check" -}}
{{- $spec := include "fincc.spec" . | fromYaml }}
{{- $global := .Values.global }}
{{- $where := .Values.service }}
{{- $fromChart := (include "fincc.topology" . | fromYaml).fromChart }}
{{- if not $global.kafka.bootstrap }}
{{- fail "global.kafka.bootstrap: name the brokers as host:port,host:port; services on their own need Kafka" }}
{{- end }}
{{- if and (hasPrefix "SASL" $global.kafka.security) (not $global.kafka.secret) }}
{{- fail (printf "global.kafka.secret: security %s needs the name of a Secret with the keys %s and %s" $global.kafka.security $global.kafka.usernameKey $global.kafka.passwordKey) }}
{{- end }}
{{- if and $global.kafka.caSecret (not (contains "SSL" $global.kafka.security)) }}
{{- fail (printf "global.kafka.caSecret: it is used with security SSL and SASL_SSL, here it is %s" $global.kafka.security) }}
{{- end }}
{{- if and (hasPrefix "verify" $global.postgres.tls.mode) (not $global.postgres.tls.caSecret) }}
{{- fail (printf "global.postgres.tls.caSecret: mode %s needs the name of a Secret with the CA certificate" $global.postgres.tls.mode) }}
{{- end }}
{{- if and (not $global.objectStore.url) (not $global.objectStore.claim) }}
{{- fail "global.objectStore: give the url of a bucket (s3://, gs:// or abfs://) or the claim of a volume that all pods may write" }}
{{- end }}
{{- if and $global.objectStore.url $global.objectStore.claim }}
{{- fail "global.objectStore: give a url or a claim, not both" }}
{{- end }}
{{- range $role := $spec.roles }}
{{- $part := index $.Values $role }}
{{- if gt (int $part.autoscaling.min) (int $part.autoscaling.max) }}
{{- fail (printf "%s.%s.autoscaling: min %d is more than max %d" $where $role (int $part.autoscaling.min) (int $part.autoscaling.max)) }}
{{- end }}
{{- if and (eq $role "worker") $spec.maxWorkers }}
{{- $most := max (int $part.replicas) (ternary (int $part.autoscaling.max) 0 $part.autoscaling.enabled) }}
{{- if gt (int $most) (int $spec.maxWorkers) }}
{{- fail (printf "%s.worker: %d workers, but its topics have %d partitions at most; a worker more would have nothing to read" $where (int $most) (int $spec.maxWorkers)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and (not $spec.public) (or .Values.ingress.enabled .Values.httpRoute.enabled) }}
{{- fail (printf "%s: only the gateway is reached from outside; remove ingress and httpRoute here" $where) }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parents) }}
{{- fail (printf "%s.httpRoute.parents: name the Gateway it belongs to" $where) }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}
{{- fail (printf "%s.ingress.host: name the host people use" $where) }}
{{- end }}
{{- range $name, $_ := .Values.settings }}
{{- if has $name $spec.secrets }}
{{- fail (printf "%s.settings.%s: this is a secret; put it into a Secret and name that in %s.secretEnv" $where $name $where) }}
{{- end }}
{{- if has $name $fromChart }}
{{- fail (printf "%s.settings.%s: the chart sets this one from its own values" $where $name) }}
{{- end }}
{{- if not (has $name $spec.settings) }}
{{- fail (printf "%s.settings.%s: %s has no such setting; docs/reference/settings.md lists them" $where $name $where) }}
{{- end }}
{{- end }}
{{- end }}
