{{/* Labels of what only a development installation brings. Takes (dict "root" . "name" NAME). */}}
{{- define "fincc.development.selector" -}}
app.kubernetes.io/part-of: {{ .root.Values.global.prefix }}
app.kubernetes.io/name: {{ .name }}
{{- end }}

{{- define "fincc.development.labels" -}}
{{ include "fincc.development.selector" . }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: development
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{/* Only pods of this installation reach it, and it reaches nothing. */}}
{{- define "fincc.development.policy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .root.Values.global.prefix }}-{{ .name }}
  labels:
    {{- include "fincc.development.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "fincc.development.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/part-of: {{ .root.Values.global.prefix }}
  egress:
    - ports:
        - {port: 53, protocol: UDP}
        - {port: 53, protocol: TCP}
    - to:
        - podSelector:
            matchLabels:
              {{- include "fincc.development.selector" . | nindent 14 }}
{{- end }}
