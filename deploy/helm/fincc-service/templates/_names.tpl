{{/* Names, labels, and what the topology says. topology.yaml is written by `make gen` from the one table of services. */}}

{{- define "fincc.topology" -}}
{{ .Files.Get "topology.yaml" }}
{{- end }}

{{/* The row of this service, as YAML. */}}
{{- define "fincc.spec" -}}
{{- $topology := include "fincc.topology" . | fromYaml }}
{{- if not (hasKey $topology.services .Values.service) }}
{{- fail (printf "service: there is no service %q; there are %s" .Values.service (keys $topology.services | sortAlpha | join ", ")) }}
{{- end }}
{{- index $topology.services .Values.service | toYaml }}
{{- end }}

{{- define "fincc.name" -}}
{{ .Values.global.prefix }}-{{ .Values.service }}
{{- end }}

{{- define "fincc.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "fincc.name" .) }}
{{- else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{- define "fincc.image" -}}
{{- $repository := .Values.image.repository | default (printf "fincc-%s" .Values.service) }}
{{- with .Values.global.image.registry }}{{ . }}/{{ end }}{{ $repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}
{{- else }}:{{ .Values.image.tag | default .Values.global.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* What a selector may say: it cannot change later. */}}
{{- define "fincc.selector" -}}
app.kubernetes.io/part-of: {{ .Values.global.prefix }}
app.kubernetes.io/name: {{ .Values.service }}
{{- end }}

{{- define "fincc.labels" -}}
{{ include "fincc.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: fincc-service-{{ .Chart.Version }}
{{- end }}

{{/* The roles of this installation, as a YAML list. */}}
{{- define "fincc.roles" -}}
{{- $root := . }}
{{- range (include "fincc.spec" . | fromYaml).roles }}
{{- if (index $root.Values .).enabled }}
- {{ . }}
{{- end }}
{{- end }}
{{- end }}
